import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { plainText } from "#shared/markup/plain-text.ts";
import { query, request } from "#web/kit/api/client.ts";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { Message, MessagesPage } from "../../contract.ts";
import { usePerson, useRoom } from "../client/context.ts";
import { text } from "../text/index.ts";

/** A linked message in short. The reader fetches it with their own rights: without them it says only that it cannot be seen. */
export default function MessageCard({ roomId, seq }: { roomId: string; seq: number }) {
  const navigate = useNavigate();
  const room = useRoom(roomId);
  const [found, setFound] = useState<Message | null>();
  const sender = usePerson(found?.senderId ?? null);
  useEffect(() => {
    const asked = new AbortController();
    request<MessagesPage>("GET", `/rooms/${roomId}/messages${query({ around: seq, limit: 1 })}`, {
      signal: asked.signal,
    }).then(
      (page) => setFound(page.items.find((message) => message.seq === seq && message.body !== "") ?? null),
      () => !asked.signal.aborted && setFound(null),
    );
    return () => asked.abort();
  }, [roomId, seq]);
  if (!found)
    return (
      <p className="mt-1.5 border-l-4 border-line-strong pl-3 text-sm text-ink-3">
        {text(found === null ? "card.gone" : "card.loading")}
      </p>
    );
  return (
    <button
      type="button"
      onClick={() => void navigate({ to: "/rooms/$roomId", params: { roomId }, search: { at: seq } })}
      className="mt-1.5 block min-h-11 w-full min-w-0 rounded-r-lg border-l-4 border-accent-line bg-sunken py-1 pl-3 pr-2 text-left text-sm leading-6 hover:bg-hover"
    >
      <span className="sr-only">{text("card.label")} </span>
      <span className="block truncate text-ink-3">
        <bdi className="font-bold text-ink-2">{sender?.name}</bdi> <bdi>{room?.name}</bdi>{" "}
        {shortMoment(found.sentAt)}
      </span>
      <bdi className="line-clamp-3">{plainText(found.body.slice(0, 300))}</bdi>
    </button>
  );
}
