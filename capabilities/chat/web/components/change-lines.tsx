import { listTime } from "#web/kit/text/dates.ts";
import type { RoomChange } from "../../contract.ts";
import { sameElements, useChatState, usePerson } from "../client/context.ts";
import { text } from "../text/index.ts";

/** What was done to the room between two messages: behind the message `afterSeq`, or before the first one (0). */
export function ChangeLines({ roomId, from, to }: { roomId: string; from: number; to: number }) {
  const changes = useChatState(
    (state) =>
      (state.changes[roomId] ?? none).filter((change) => change.afterSeq >= from && change.afterSeq < to),
    sameElements,
  );
  if (changes.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 px-5 py-2 text-center text-xs text-ink-2">
      {changes.map((change) => (
        <ChangeLine key={change.id} change={change} />
      ))}
    </ul>
  );
}

const none: readonly RoomChange[] = [];

function ChangeLine({ change }: { change: RoomChange }) {
  const actor = usePerson(change.actorId);
  const first = usePerson(change.personIds[0] ?? null);
  const others = change.personCount - 1;
  const name = first?.name ?? text("message.missingSender");
  const whom = others > 0 ? text("change.several", { name, count: others }) : text("change.one", { name });
  const who = actor?.name ?? text("message.missingSender");
  const to =
    change.kind === "visibility"
      ? text(change.to === "public" ? "change.public" : "change.closed")
      : change.kind === "posting"
        ? text(change.to === "owners" ? "change.owners" : "change.everybody")
        : (change.to ?? "");
  const words = text(`change.${change.actorId === null ? organisationKind(change.kind) : change.kind}`, {
    who,
    whom,
    to,
    from: change.from ?? "",
  });
  return (
    <li data-change={change.kind}>
      <bdi>{words}</bdi>{" "}
      <time dateTime={change.at} className="text-ink-3">
        {listTime(change.at)}
      </time>
    </li>
  );
}

/** What follows from the organisation has words of its own: nobody did it. */
function organisationKind(kind: RoomChange["kind"]) {
  return kind === "renamed"
    ? "organisation-renamed"
    : kind === "archived"
      ? "organisation-archived"
      : kind === "restored"
        ? "organisation-restored"
        : kind;
}
