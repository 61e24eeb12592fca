import type { ReactNode } from "react";

/** A part of the account's page: a title, what it says, and what can be done. */
export function Card({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-4 rounded-xl border border-line p-5"
      data-print="hide"
    >
      <h3 id={id} className="text-base font-bold">
        {title}
      </h3>
      {children}
    </section>
  );
}
