import { typists } from "#web/kit/state/reach.ts";
import { useStore } from "#web/kit/state/store.ts";
import type { RoomItem } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** 「佐藤さんが入力中」: above the composer, in a place that is always there, so that nothing moves. */
export function TypingLine({ room }: { room: RoomItem }) {
  const chat = useChat();
  const known = useStore(chat.people.known, (people) => people);
  const typing = useStore(typists, (all) => all[room.id]);
  const names = Object.keys(typing ?? {}).flatMap((id) => known[id]?.name.split(/[\s\u3000]/)[0] ?? []);
  return (
    <p aria-live="off" className="h-4 truncate text-xs leading-4 text-ink-3">
      {names.length > 2
        ? text("typing.many", { count: names.length })
        : names.length > 0 &&
          text("typing", {
            names: names.map((name) => text("typing.name", { name })).join(text("typing.and")),
          })}
    </p>
  );
}
