import { useEffect, useMemo } from "react";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { CheckIcon, ClockIcon } from "#web/kit/components/icons.tsx";
import { PersonName } from "#web/kit/components/person-name.tsx";
import { Loading, Skeleton } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Member } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { partReaders } from "../client/read-counts.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";

/** 既読 and 未読 by name, side by side, each by section. It changes while one looks. */
export default function ReadersDialog({
  roomId,
  seq,
  onClose,
}: {
  roomId: string;
  seq: number;
  onClose: () => void;
}) {
  const chat = useChat();
  const message = useChatState((state) => findMessage(state.messages[roomId], seq));
  const members = useChatState((state) => state.members[roomId]);
  useEffect(() => {
    if (!message) chat.loadMessages(roomId, { around: seq, limit: 1 }).catch(() => {});
    chat.loadMembers(roomId).catch(() => {});
  }, [chat, roomId, seq, message]);
  const readers = useMemo(
    () => (message && members ? partReaders(members, message.senderId, seq) : undefined),
    [members, message, seq],
  );
  return (
    <Dialog title={text("readers.title")} width="large" onClose={onClose}>
      {message && (
        <div className="mb-4 rounded-lg bg-sunken px-4 py-2.5">
          <p className="line-clamp-2 text-sm">
            <bdi>{message.body.slice(0, 300)}</bdi>
          </p>
          <p className="mt-0.5 text-xs text-ink-3">{longMoment(message.sentAt)}</p>
        </div>
      )}
      {readers ? (
        <div className="grid grid-cols-2 gap-3 md:gap-5">
          <Readers kind="unread" members={readers.unread} />
          <Readers kind="read" members={readers.read} />
        </div>
      ) : (
        <Loading className="grid grid-cols-2 gap-5">
          {[0, 1].map((side) => (
            <div key={side}>
              <Skeleton className="mb-4 h-6 w-24" />
              {[0, 1, 2].map((row) => (
                <Skeleton key={row} className="mb-3 h-10 w-full" />
              ))}
            </div>
          ))}
        </Loading>
      )}
    </Dialog>
  );
}

function Readers({ kind, members }: { kind: "read" | "unread"; members: readonly Member[] }) {
  const sections = useMemo(() => bySection(members), [members]);
  const count = members.length;
  return (
    <section className="min-w-0">
      <h3
        className={`sticky -top-4 z-10 mb-2 flex items-center gap-1.5 border-b-2 bg-raised py-2 text-base font-bold ${
          kind === "read" ? "border-ok text-ok" : "border-warn text-warn"
        }`}
      >
        {kind === "read" ? <CheckIcon /> : <ClockIcon />}
        {text(kind === "read" ? "readers.read" : "readers.unread", { count })}
      </h3>
      {count === 0 && (
        <p className="py-3 text-sm text-ink-2">
          {text(kind === "read" ? "readers.noneRead" : "readers.allRead")}
        </p>
      )}
      {sections.map(([section, people]) => (
        <div key={section} className="mb-3">
          <h4 className="py-1 text-xs font-bold text-ink-3">
            {section} <span className="font-normal tabular-nums">{people.length}</span>
          </h4>
          <ul>
            {people.map(({ person }) => (
              <li key={person.id} className="flex min-h-10 items-center gap-2.5 py-1">
                <Avatar person={person} size={28} />
                <span className="min-w-0 leading-5">
                  <span className="block text-sm">
                    <PersonName person={person} />
                  </span>
                  {person.postName && <span className="block text-xs text-ink-3">{person.postName}</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** Sections in the order of their names, guests last; within each by kana. */
function bySection(members: readonly Member[]): [string, Member[]][] {
  const sections = new Map<string, Member[]>();
  for (const member of [...members].sort((a, b) => (a.person.kana < b.person.kana ? -1 : 1))) {
    const { person } = member;
    const section =
      person.kind === "guest"
        ? `${text("readers.guests")} ${person.affiliation ?? ""}`.trim()
        : (person.sectionName ?? (person.kind === "section" ? person.name : text("readers.noSection")));
    sections.set(section, [...(sections.get(section) ?? []), member]);
  }
  const isGuest = (people: Member[]) => people[0]?.person.kind === "guest";
  return [...sections].sort(
    ([a, one], [b, other]) => Number(isGuest(one)) - Number(isGuest(other)) || (a < b ? -1 : 1),
  );
}
