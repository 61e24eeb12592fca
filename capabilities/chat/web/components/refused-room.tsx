import { Link } from "@tanstack/react-router";
import { ClassMark } from "#web/kit/components/class-mark.tsx";
import { BackIcon, LockIcon } from "#web/kit/components/icons.tsx";
import { Empty } from "#web/kit/components/states.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { RoomItem, RoomRefusal } from "../../contract.ts";
import { text } from "../text/index.ts";

/** A room of one's own that may not be read where one sits: that there is one, which rule says so, and whom to ask. */
export function RefusedRoom({ room, refusal }: { room: RoomItem; refusal: RoomRefusal }) {
  return (
    <section className="flex min-w-0 flex-1 flex-col" aria-label={room.name} data-refused={room.id}>
      <header className="flex min-h-14 items-center gap-2 border-b border-line bg-ground px-2 md:px-5">
        <Link
          to="/rooms"
          aria-label={text("room.back")}
          className="inline-flex size-11 items-center justify-center rounded-lg text-ink-2 hover:bg-hover md:hidden"
        >
          <BackIcon />
        </Link>
        <h2 className="min-w-0 truncate text-base font-bold leading-6">
          <bdi>{room.name}</bdi>
          <ClassMark classification={room.classification} />
        </h2>
      </header>
      <div className="flex flex-1 flex-col justify-center bg-sunken">
        <Empty title={text("room.refused")} icon={<LockIcon size={32} />}>
          <p className="mb-2">{currentLanguage() === "en" ? refusal.en : refusal.ja}</p>
          <p>{text("room.refused.next", { whom: refusal.whom })}</p>
        </Empty>
      </div>
    </section>
  );
}
