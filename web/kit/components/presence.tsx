import type { PersonSummary } from "#core/identity/contract.ts";
import { currentStatus, type Presence, useWhereabouts } from "../state/reach.ts";
import { clock } from "../text/dates.ts";
import { text } from "../text/index.ts";
import { Avatar } from "./avatar.tsx";
import { classes } from "./classes.ts";

type Somebody = Pick<PersonSummary, "id" | "kind" | "name">;

/** An avatar with a sign at its corner: full for somebody at a screen, a ring for away, a bar for 会議中 and the like. */
export function PresentAvatar({ person, size = 40 }: { person: Somebody; size?: 28 | 36 | 40 | 64 }) {
  const { presence, status } = useWhereabouts(person.id);
  const said = currentStatus(status)?.status;
  const isBusy = said !== undefined && said !== null && said !== "available";
  return (
    <span className="relative inline-flex shrink-0">
      <Avatar person={person} size={size} />
      {(isBusy || (presence && presence !== "offline")) && (
        <span
          aria-hidden="true"
          data-presence={isBusy ? said : presence}
          className={classes(
            "absolute -bottom-0.5 -right-0.5 flex size-3.5 items-center justify-center rounded-full border-2 border-ground",
            isBusy ? "bg-warn" : presence === "active" ? "bg-ok" : "bg-ground",
          )}
        >
          {isBusy && <span className="h-0.5 w-1.5 rounded-full bg-ground" />}
          {!isBusy && presence === "away" && <span className="size-full rounded-full border-2 border-ok" />}
        </span>
      )}
    </span>
  );
}

/** The same in words: 「会議中（15:00まで）15時に戻ります」「離席中」. Nothing when nothing is known. */
export function PresenceWords({ personId, className }: { personId: string; className?: string }) {
  const words = usePresenceWords(personId);
  return words ? <span className={className}>{words}</span> : null;
}

export function usePresenceWords(personId: string | undefined): string {
  const { presence, status } = useWhereabouts(personId);
  const said = currentStatus(status);
  if (!said?.status) return presenceWords(presence);
  const until = said.until ? text("status.until", { time: clock(said.until) }) : "";
  return `${text(`status.${said.status}`)}${until}${said.words ? ` ${said.words}` : ""}`;
}

function presenceWords(presence: Presence | undefined): string {
  if (presence === "active") return text("presence.active");
  return presence === "away" ? text("presence.away") : "";
}
