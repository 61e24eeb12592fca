import { useEffect, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { GroupAvatar } from "#web/kit/components/avatar.tsx";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { FoundRoom } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Finds public rooms and joins them. What a room is for is shown, what is said in it is not. */
export default function FindRoomsDialog({
  onClose,
  onOpen,
}: {
  onClose: () => void;
  onOpen: (roomId: string) => void;
}) {
  const chat = useChat();
  const [words, setWords] = useState("");
  const [again, setAgain] = useState(0);
  const [found, setFound] = useState<readonly FoundRoom[]>();
  const [problem, setProblem] = useState<unknown>();
  const [joining, setJoining] = useState<string>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks once more
  useEffect(() => {
    const search = new AbortController();
    const timer = setTimeout(
      async () => {
        try {
          const page = await chat.findRooms(words.trim(), search.signal);
          setFound(page.items);
          setProblem(undefined);
        } catch (error) {
          if (!search.signal.aborted) setProblem(error);
        }
      },
      words ? 200 : 0,
    );
    return () => {
      clearTimeout(timer);
      search.abort();
    };
  }, [chat, words, again]);

  const join = async (room: FoundRoom) => {
    setJoining(room.id);
    try {
      await chat.joinRoom(room.id);
      tell(text("find.joined", { name: room.name }));
      onOpen(room.id);
    } catch (error) {
      tell(wordsOf(error), "danger");
      setJoining(undefined);
    }
  };

  return (
    <Dialog title={text("find.title")} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <TextField
          label={text("find.words")}
          hint={text("find.hint")}
          value={words}
          onChange={setWords}
          type="search"
          autoFocus
          inputProps={{ autoComplete: "off" }}
        />
        <div className="min-h-64">
          {problem !== undefined ? (
            <Failure error={problem} onRetry={() => setAgain((count) => count + 1)} />
          ) : !found ? (
            <Loading>
              {[0, 1, 2].map((row) => (
                <Skeleton key={row} className="mb-3 h-16 w-full" />
              ))}
            </Loading>
          ) : found.length === 0 ? (
            <Empty title={words ? text("find.none", { words }) : text("find.empty")}>
              {text("find.none.next")}
            </Empty>
          ) : (
            <ul aria-label={text("find.title")} className="flex flex-col divide-y divide-line">
              {found.map((room) => (
                <li key={room.id} className="flex items-start gap-3 py-3">
                  <GroupAvatar />
                  <div className="min-w-0 flex-1">
                    <p className="font-bold leading-6">
                      <bdi>{room.name}</bdi>
                      {room.isArchived && <Tag>{text("room.archived")}</Tag>}
                    </p>
                    <p className="text-sm text-ink-3">{text("room.members", { count: room.memberCount })}</p>
                    {room.description && (
                      <p className="mt-1 line-clamp-3 whitespace-pre-line text-sm text-ink-2">
                        <bdi>{room.description}</bdi>
                      </p>
                    )}
                  </div>
                  {room.isMember ? (
                    <Button
                      size="small"
                      aria-label={text("find.open.label", { name: room.name })}
                      onPress={() => onOpen(room.id)}
                    >
                      {text("find.open")}
                    </Button>
                  ) : (
                    <Button
                      size="small"
                      kind="primary"
                      aria-label={text("find.join.label", { name: room.name })}
                      isDisabled={room.isArchived}
                      isPending={joining === room.id}
                      onPress={() => void join(room)}
                    >
                      {text("find.join")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </Dialog>
  );
}
