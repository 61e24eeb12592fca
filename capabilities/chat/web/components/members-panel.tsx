import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { searchKey } from "#shared/text.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import {
  ChatIcon,
  CloseIcon,
  PeopleIcon,
  PlusIcon,
  SearchIcon,
  StarIcon,
} from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { PresenceWords, PresentAvatar } from "#web/kit/components/presence.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useRows } from "#web/kit/components/use-rows.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Member, RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { text } from "../text/index.ts";
import { AddSectionDialog } from "./add-section-dialog.tsx";
import { GuestWarning } from "./guest-warning.tsx";
import { PeoplePicker } from "./people-picker.tsx";

/** Who is in the room, with section and post. */
export default function MembersPanel({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const chat = useChat();
  const navigate = useNavigate();
  const me = useChatState((state) => state.me);
  const members = useChatState((state) => state.members[room.id]);
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<unknown>();
  const [isAdding, setAdding] = useState(false);
  const [isSectioning, setSectioning] = useState(false);
  const [removing, setRemoving] = useState<Member>();

  const load = () => {
    setProblem(undefined);
    chat.loadMembers(room.id).catch(setProblem);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once for each room
  useEffect(load, [room.id]);

  const shown = useMemo(() => {
    const key = searchKey(words);
    return Object.values(members ?? {})
      .filter(({ person }) =>
        searchKey(
          `${person.name}\n${person.kana}\n${person.sectionName ?? ""}\n${person.affiliation ?? ""}`,
        ).includes(key),
      )
      .sort(bySectionAndPost);
  }, [members, words]);
  const heights = useMemo(() => shown.map(() => 3.75), [shown]);
  const { scroller, visible, total, offsetOf } = useRows(heights);
  const isArchived = room.archivedAt !== null;
  const hasOwner = Object.values(members ?? {}).some((member) => member.role === "owner");
  const isGuest = chat.session.me.person.kind === "guest";
  // While a room has no owner, any member on the staff may do what owners do; the server says no where that is not so.
  const isOwner = room.kind !== "direct" && (room.role === "owner" || (!hasOwner && !isGuest));
  const mayAdd = (room.kind === "group" || room.kind === "section") && !isGuest && !isArchived;
  const changeRole = async (member: Member) => {
    try {
      await chat.changeRole(room.id, member.person.id, member.role === "owner" ? "member" : "owner");
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
  };

  const write = async (person: PersonSummary) => {
    try {
      const roomId = await chat.createRoom({ kind: "direct", memberIds: [person.id] });
      void navigate({ to: "/rooms/$roomId", params: { roomId } });
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
  };

  return (
    <aside
      aria-label={text("members.title")}
      data-print="hide"
      className="absolute inset-0 z-30 flex min-h-0 flex-col border-l border-line bg-ground @min-[60rem]/chat:static @min-[60rem]/chat:w-84 @min-[60rem]/chat:shrink-0"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex min-h-14 items-center gap-2 border-b border-line pl-4 pr-2">
        <h2 className="flex-1 text-base font-bold">
          {text("members.title")}
          <span className="ml-2 text-sm font-normal text-ink-3">
            {text("room.members", { count: room.memberCount })}
          </span>
        </h2>
        <IconButton autoFocus label={kitText("action.close")} icon={<CloseIcon />} onPress={onClose} />
      </header>
      <div className="flex flex-col gap-2 px-4 py-3">
        <div className="relative">
          <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-3">
            <SearchIcon size={18} />
          </span>
          <input
            type="search"
            value={words}
            onChange={(event) => setWords(event.target.value)}
            aria-label={text("members.find")}
            placeholder={text("members.find")}
            className="min-h-10 w-full rounded-lg border border-line bg-sunken pl-9.5 pr-3 text-sm placeholder:text-ink-3 hover:border-line-strong focus:bg-ground max-md:min-h-11 max-md:text-base"
          />
        </div>
        {mayAdd && (
          <>
            <Button size="small" icon={<PlusIcon size={18} />} onPress={() => setAdding(true)}>
              {text("members.add")}
            </Button>
            <Button
              kind="quiet"
              size="small"
              icon={<PeopleIcon size={18} />}
              onPress={() => setSectioning(true)}
            >
              {text("members.section")}
            </Button>
          </>
        )}
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {problem !== undefined ? (
          <Failure error={problem} onRetry={load} />
        ) : !members ? (
          <Loading className="px-4">
            {[0, 1, 2, 3].map((row) => (
              <Skeleton key={row} className="mb-3 h-11 w-full" />
            ))}
          </Loading>
        ) : shown.length === 0 ? (
          <p className="px-4 py-6 text-center text-sm text-ink-2">{text("members.none", { words })}</p>
        ) : (
          <ul className="relative" style={{ height: `${total}rem` }}>
            {shown.slice(visible.from, visible.to).map((member, index) => {
              const { person, role } = member;
              return (
                <li
                  key={person.id}
                  className="group absolute inset-x-0 flex items-center gap-3 px-4 hover:bg-hover"
                  style={{ top: `${offsetOf(visible.from + index)}rem`, height: "3.75rem" }}
                >
                  <PresentAvatar person={person} size={36} />
                  <span className="min-w-0 flex-1 leading-5">
                    <span className="block truncate text-base">
                      <PersonName person={person} />
                      {person.id === me && <Tag>{text("members.me")}</Tag>}
                      {role === "owner" && room.kind !== "direct" && (
                        <Tag tone="accent">
                          {text("members.owner")}
                          {person.kind === "section" && <Tag>{text("members.account")}</Tag>}
                        </Tag>
                      )}
                    </span>
                    <span className="block truncate text-sm text-ink-3">
                      <PresenceWords personId={person.id} className="mr-2 font-bold text-ink-2" />
                      {placeOf(person)}
                    </span>
                  </span>
                  {person.id !== me && (
                    <span className="flex bg-hover opacity-0 focus-within:opacity-100 group-hover:opacity-100 max-md:bg-transparent max-md:opacity-100 md:absolute md:inset-y-0 md:right-2 md:items-center md:pl-2">
                      {isOwner && !isArchived && person.kind !== "guest" && (
                        <IconButton
                          label={`${person.name} ${text(role === "owner" ? "members.unmakeOwner" : "members.makeOwner")}`}
                          aria-pressed={role === "owner"}
                          icon={<StarIcon size={18} />}
                          onPress={() => void changeRole(member)}
                        />
                      )}
                      {room.kind !== "direct" && (
                        <IconButton
                          label={`${person.name} ${text("members.direct")}`}
                          icon={<ChatIcon size={18} />}
                          onPress={() => void write(person)}
                        />
                      )}
                      {isOwner && !member.isAutomatic && (
                        <IconButton
                          label={text("members.remove", { name: person.name })}
                          icon={<CloseIcon size={18} />}
                          onPress={() => setRemoving(member)}
                        />
                      )}
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </div>
      {isAdding && members && (
        <AddMembers room={room} present={new Set(Object.keys(members))} onClose={() => setAdding(false)} />
      )}
      {isSectioning && <AddSectionDialog room={room} onClose={() => setSectioning(false)} />}
      {removing && <RemoveMember room={room} member={removing} onClose={() => setRemoving(undefined)} />}
    </aside>
  );
}

function AddMembers({
  room,
  present,
  onClose,
}: {
  room: RoomItem;
  present: ReadonlySet<string>;
  onClose: () => void;
}) {
  const chat = useChat();
  const [chosen, setChosen] = useState<readonly PersonSummary[]>([]);
  const [isAdding, setAdding] = useState(false);
  const [problem, setProblem] = useState<string>();
  const guests = chosen.filter((person) => person.kind === "guest").length;
  const add = async () => {
    setAdding(true);
    setProblem(undefined);
    try {
      const added = await chat.addMembers(room.id, { personIds: chosen.map((person) => person.id) });
      tell(text("members.added", { count: added }));
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setAdding(false);
    }
  };
  return (
    <Dialog
      title={text("members.add")}
      onClose={onClose}
      footer={
        <>
          {guests > 0 && <GuestWarning count={guests} />}
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button
            kind="primary"
            isDisabled={chosen.length === 0}
            isPending={isAdding}
            onPress={() => void add()}
          >
            {text("members.add.do", { count: chosen.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <PeoplePicker label={text("create.people")} chosen={chosen} onChange={setChosen} without={present} />
      </div>
    </Dialog>
  );
}

function RemoveMember({ room, member, onClose }: { room: RoomItem; member: Member; onClose: () => void }) {
  const chat = useChat();
  const [isRemoving, setRemoving] = useState(false);
  const { name, id } = member.person;
  const remove = async () => {
    setRemoving(true);
    try {
      await chat.removeMember(room.id, id);
      tell(text("members.removed", { name }));
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    onClose();
  };
  return (
    <Dialog
      title={text("members.remove.title", { name })}
      role="alertdialog"
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="danger" isPending={isRemoving} onPress={() => void remove()}>
            {text("members.remove.do")}
          </Button>
        </>
      }
    >
      <p>{text("members.remove.effect", { name })}</p>
    </Dialog>
  );
}

/** As the office lists people: by section, in it by post, then by kana; guests last. */
function bySectionAndPost(a: Member, b: Member): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (
    (a.sectionOrder ?? last) - (b.sectionOrder ?? last) ||
    (a.postRank ?? last) - (b.postRank ?? last) ||
    (a.person.kana < b.person.kana ? -1 : a.person.kana > b.person.kana ? 1 : 0)
  );
}
