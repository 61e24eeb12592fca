import { useEffect, useState } from "react";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Message, VersionsResponse } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Everything that a message has said, the present text first. */
export default function VersionsDialog({
  roomId,
  message,
  onClose,
}: {
  roomId: string;
  message: Message;
  onClose: () => void;
}) {
  const chat = useChat();
  const [answer, setAnswer] = useState<VersionsResponse>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    setProblem(undefined);
    chat.listVersions(roomId, message.id).then(setAnswer, setProblem);
  }, [chat, roomId, message, attempt]);
  return (
    <Dialog title={text("versions.title")} onClose={onClose}>
      {problem !== undefined ? (
        <Failure error={problem} onRetry={() => setAttempt((before) => before + 1)} />
      ) : answer ? (
        <ol className="flex flex-col gap-4">
          {answer.items.toReversed().map(({ version, body, writtenAt }, index) => (
            <li key={version}>
              <h3 className="mb-1 flex flex-wrap items-baseline gap-x-2 text-sm font-bold">
                {index === 0
                  ? text("versions.now")
                  : version === 1
                    ? text("versions.first")
                    : text("versions.number", { version })}
                <time dateTime={writtenAt} className="font-normal text-ink-3">
                  {longMoment(writtenAt)}
                </time>
              </h3>
              <div
                dir="auto"
                className={`people-text rounded-lg border px-4 py-2.5 ${index === 0 ? "border-accent bg-ground" : "border-line bg-sunken"}`}
              >
                {body}
              </div>
            </li>
          ))}
        </ol>
      ) : (
        <Loading className="flex flex-col gap-3">
          <Skeleton className="h-4 w-48" />
          <Skeleton className="h-16 w-full" />
        </Loading>
      )}
    </Dialog>
  );
}
