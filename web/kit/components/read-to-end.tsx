import { type ReactNode, useEffect, useRef, useState } from "react";
import { text } from "../text/index.ts";
import { Prose } from "./prose.tsx";

/**
 * A text that must be read before one agrees: it scrolls in its own frame, by wheel, finger, keys or screen reader, and says
 * when its end has been on the screen. A text that fits is at its end at once.
 */
export function ReadToEnd({
  title,
  body,
  headings = 3,
  className = "max-h-[52dvh]",
  children,
}: {
  title: string;
  body: string;
  /** The level of the text's own headings. */
  headings?: 2 | 3;
  className?: string;
  /** Drawn below, told whether the end was reached. */
  children: (isRead: boolean) => ReactNode;
}) {
  const [isRead, setRead] = useState(false);
  const frame = useRef<HTMLElement>(null);
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!end.current) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setRead(true);
      },
      { root: frame.current, rootMargin: "0px 0px 8px 0px" },
    );
    watch.observe(end.current);
    return () => watch.disconnect();
  }, []);

  return (
    <>
      <section
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={title}
        className={`focus-inside overflow-y-auto rounded-lg border border-line bg-ground px-4 py-3 ${className}`}
      >
        <Prose body={body} headings={headings} />
        <div ref={end} className="mt-4 border-t border-line pt-2 text-sm text-ink-3">
          {text("read.end")}
        </div>
      </section>
      <p role="status" className="text-sm text-ink-2">
        {text(isRead ? "read.done" : "read.more")}
      </p>
      {children(isRead)}
    </>
  );
}
