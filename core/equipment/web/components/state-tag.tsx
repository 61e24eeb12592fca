import { Tag } from "#web/kit/components/badge.tsx";
import type { EquipmentItem } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Where a thing is, in a word; and whether it should be back, or is its holder's own. */
export function StateTag({ item }: { item: Pick<EquipmentItem, "state" | "isOverdue" | "owned"> }) {
  const tones = { "in-store": "plain", "handed-out": "ok", lost: "warn", retired: "plain" } as const;
  return (
    <>
      <Tag tone={tones[item.state]}>{text(`state.${item.state}`)}</Tag>
      {item.isOverdue && <Tag tone="warn">{text("overdue")}</Tag>}
      {item.owned === "personal" && <Tag tone="accent">{text("owned.personal")}</Tag>}
    </>
  );
}
