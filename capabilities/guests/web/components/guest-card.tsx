import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { Guest } from "../../contract.ts";
import { endWords } from "../days.ts";
import { text } from "../text/index.ts";
import type { StayAction } from "./stay-dialog.tsx";

/** One guest: who, for what, until when, what is to be done, and what happened. */
export function GuestCard({ guest, onAct }: { guest: Guest; onAct: (action: StayAction) => void }) {
  const { person, needs } = guest;
  return (
    <article className="flex flex-col gap-3 rounded-xl border border-line p-4">
      <div>
        <h4 className="font-bold">
          <bdi>{person.name}</bdi>
          {needs.map((need) => (
            <Tag key={need} tone="warn">
              {text(`need.${need}`)}
            </Tag>
          ))}
        </h4>
        <p className="text-sm text-ink-3">{person.affiliation}</p>
        {guest.purpose && <p className="text-sm text-ink-2">{guest.purpose}</p>}
      </div>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-ink-3">
        <span className="font-bold text-ink">{stayWords(guest)}</span>
        <span>
          {guest.sponsor ? text("guest.sponsor", { name: guest.sponsor.name }) : text("guest.noSponsor")}
        </span>
        <span>{text("guest.rooms", { count: guest.roomCount })}</span>
        <span>
          {guest.lastUsedAt
            ? text("guest.used", { when: shortMoment(guest.lastUsedAt) })
            : text("guest.neverUsed")}
        </span>
      </p>
      {guest.state !== "ended" && (
        <div className="flex flex-wrap gap-3" data-print="hide">
          {guest.mayTakeOver && (
            <Button
              kind={needs.includes("sponsor") ? "primary" : "secondary"}
              onPress={() => onAct("take-over")}
            >
              {text("guest.takeOver")}
            </Button>
          )}
          {guest.isOwn && needs.includes("renewal") && (
            <Button kind="primary" onPress={() => onAct("renew")}>
              {text("guest.renew")}
            </Button>
          )}
          {guest.isOwn && !needs.includes("renewal") && (
            <Button onPress={() => onAct("extend")}>{text("guest.extend")}</Button>
          )}
          {guest.isOwn && (
            <Button kind="quiet" onPress={() => onAct("end")}>
              {text("guest.end")}
            </Button>
          )}
        </div>
      )}
      {guest.changes.length > 0 && (
        <details data-print="hide">
          <summary className="min-h-11 cursor-pointer content-center text-sm text-link">
            {text("guest.history")}
          </summary>
          <ul className="flex flex-col gap-1 pl-4 text-sm">
            {guest.changes.map((change) => (
              <li key={change.id} className="flex flex-wrap gap-x-3">
                <span>{shortMoment(change.at)}</span>
                <span>{text(`change.${change.kind}`)}</span>
                {change.byName && <bdi>{change.byName}</bdi>}
                {change.until && <span>{text("guest.until", { when: endWords(change.until) })}</span>}
                {change.reason && <span className="text-ink-3">{change.reason}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

function stayWords(guest: Guest): string {
  if (guest.state === "ended") return text("guest.ended");
  if (guest.state === "over") return text("guest.over");
  if (!guest.endsAt) return text("guest.noEnd");
  return guest.endsAt === guest.until
    ? text("guest.until", { when: endWords(guest.endsAt) })
    : text("guest.ends", { when: endWords(guest.endsAt) });
}
