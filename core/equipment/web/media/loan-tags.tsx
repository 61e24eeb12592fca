import { Tag } from "#web/kit/components/badge.tsx";
import type { MediaLoan } from "../../contract.ts";
import { text } from "../text/index.ts";

const tones = {
  waiting: "warn",
  approved: "accent",
  lent: "ok",
  returned: "plain",
  lost: "warn",
  refused: "plain",
  withdrawn: "plain",
} as const;

/** Where a request stands, and what it waits for. */
export function LoanTags({ item }: { item: MediaLoan }) {
  return (
    <>
      <Tag tone={tones[item.state]}>{text(`media.state.${item.state}`)}</Tag>
      {item.isOverdue && <Tag tone="warn">{text("overdue")}</Tag>}
      {item.wantedDueOn && <Tag tone="warn">{text("media.wants")}</Tag>}
    </>
  );
}
