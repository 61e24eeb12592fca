import { Link } from "@tanstack/react-router";
import { useStore } from "#web/kit/state/store.ts";
import { useFiles } from "../context.ts";
import { text } from "../text/index.ts";

/** Over what waits for the reader: requests to carry files out that they decide, and decisions about their own. */
export default function CarryOutAttention() {
  const files = useFiles();
  const { toDecide, news } = useStore(files.carryOuts, (counts) => counts);
  if (files.session.me.person.kind === "guest") return null;
  const isQuiet = toDecide + news === 0;
  return (
    <section
      aria-label={text("carryOut.title")}
      className={
        isQuiet
          ? "flex justify-end border-b border-line px-4 text-sm md:px-8"
          : "flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-warn-line bg-warn-soft px-4 py-2 text-sm text-warn md:px-8"
      }
    >
      {toDecide > 0 && <span>{text("carryOut.attention.toDecide", { count: toDecide })}</span>}
      {news > 0 && <span>{text("carryOut.attention.news", { count: news })}</span>}
      <Link
        to="/carry-outs"
        className="inline-flex min-h-11 items-center font-bold underline underline-offset-4"
      >
        {text(isQuiet ? "carryOut.open" : "carryOut.attention.open")}
      </Link>
    </section>
  );
}
