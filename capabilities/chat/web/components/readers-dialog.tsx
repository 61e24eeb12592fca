import { useEffect, useMemo } from "react";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import { useChat, useChatState } from "../client/context.ts";
import { partReaders } from "../client/read-counts.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";
import { ColumnsLoading, PeopleColumn } from "./people-columns.tsx";

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
          <PeopleColumn
            kind="waiting"
            title={text("readers.unread", { count: readers.unread.length })}
            empty={text("readers.allRead")}
            people={readers.unread}
          />
          <PeopleColumn
            kind="done"
            title={text("readers.read", { count: readers.read.length })}
            empty={text("readers.noneRead")}
            people={readers.read}
          />
        </div>
      ) : (
        <ColumnsLoading />
      )}
    </Dialog>
  );
}
