import { Link } from "@tanstack/react-router";
import { useStore } from "#web/kit/state/store.ts";
import { governanceDuties } from "./state.ts";
import { text } from "./text/index.ts";

/** Over what waits for the reader: that the review of use does too. */
export default function GovernanceAttention() {
  const count = useStore(governanceDuties, (now) => now);
  if (count === 0) return null;
  return (
    <section
      aria-label={text("use.title")}
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-warn-line bg-warn-soft px-4 py-2 text-sm text-warn md:px-8"
    >
      <span>{text("use.attention", { count })}</span>
      <Link
        to="/administration/$section"
        params={{ section: "use-reviews" }}
        className="inline-flex min-h-11 items-center font-bold underline underline-offset-4"
      >
        {text("use.attention.open")}
      </Link>
    </section>
  );
}
