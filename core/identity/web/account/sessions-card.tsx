import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { EndedSessions, SessionItem, SessionList as SessionListAnswer } from "../../contract.ts";
import { Card } from "./card.tsx";
import { SessionList } from "./session-list.tsx";
import { text } from "./text/index.ts";

/** Where I am signed in; one device or all others are signed out at once. */
export function SessionsCard() {
  const { value, error, reload } = useAnswer<SessionListAnswer>("/me/sessions");
  const [busyId, setBusyId] = useState<string>();

  const act = async (id: string, work: () => Promise<string>) => {
    setBusyId(id);
    try {
      tell(await work());
    } catch (problem) {
      tell(wordsOf(problem), "danger");
    }
    setBusyId(undefined);
    reload();
  };
  const end = (session: SessionItem) =>
    act(session.id, async () => {
      await request("DELETE", `/me/sessions/${session.id}`);
      return text("sessions.ended");
    });
  const endOthers = () =>
    act("others", async () => {
      const { ended } = await request<EndedSessions>("POST", "/me/sessions/end-others");
      return text("sessions.endedOthers", { count: ended });
    });

  return (
    <Card id="sessions-card" title={text("sessions.title")}>
      <p className="text-sm text-ink-2">{text("sessions.about")}</p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-3">
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-12 w-full" />
        </Loading>
      )}
      {value && (
        <>
          <SessionList items={value.items} busyId={busyId} onEnd={(session) => void end(session)} />
          {value.items.length > 1 ? (
            <Button className="self-start" isPending={busyId === "others"} onPress={() => void endOthers()}>
              {text("sessions.endOthers")}
            </Button>
          ) : (
            <p className="text-sm text-ink-3">{text("sessions.onlyThis")}</p>
          )}
        </>
      )}
    </Card>
  );
}
