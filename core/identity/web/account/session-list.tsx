import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { SessionItem } from "../../contract.ts";
import { text } from "./text/index.ts";

export function deviceOf(session: SessionItem): string {
  return session.deviceName ?? text("sessions.unnamed");
}

/** Where somebody is signed in; the present one is marked and cannot be ended here. */
export function SessionList({
  items,
  busyId,
  onEnd,
}: {
  items: readonly SessionItem[];
  busyId: string | undefined;
  onEnd: (session: SessionItem) => void;
}) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {items.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <div className="min-w-0 flex-1 basis-64">
            <p className="font-bold">
              <bdi>{deviceOf(session)}</bdi>
              <Tag tone={session.zone === "lgwan" ? "plain" : "accent"}>{zoneName(session.zone)}</Tag>
              {session.isCurrent && <Tag tone="ok">{text("sessions.current")}</Tag>}
            </p>
            <p className="text-sm text-ink-3">
              {text("sessions.started", { when: shortMoment(session.startedAt) })}
              {!session.isCurrent && (
                <>
                  {"　"}
                  {text("sessions.used", { when: shortMoment(session.lastUsedAt) })}
                </>
              )}
              {session.operatorName && (
                <>
                  {"　"}
                  {text("sessions.operator", { name: session.operatorName })}
                </>
              )}
            </p>
          </div>
          {!session.isCurrent && (
            <Button
              size="small"
              isPending={busyId === session.id}
              aria-label={text("sessions.end.named", { device: deviceOf(session) })}
              onPress={() => onEnd(session)}
            >
              {text("sessions.end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
