import { Link } from "@tanstack/react-router";
import { useStore } from "#web/kit/state/store.ts";
import { guestDuties } from "../state.ts";
import { text } from "../text/index.ts";

/** Over what waits for the reader: that something about guests does too. */
export default function GuestAttention() {
  const count = useStore(guestDuties, (now) => now);
  if (count === 0) return null;
  return (
    <section
      aria-label={text("title")}
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-warn-line bg-warn-soft px-4 py-2 text-sm text-warn md:px-8"
    >
      <span>{text("attention.count", { count })}</span>
      <Link
        to="/settings/$section"
        params={{ section: "guests" }}
        className="inline-flex min-h-11 items-center font-bold underline underline-offset-4"
      >
        {text("attention.open")}
      </Link>
    </section>
  );
}
