/** A message without its marks, for lists, notifications and reading aloud. */
import { type Block, parseMarkup } from "./blocks.ts";
import type { Inline } from "./inline.ts";

/** The words of a text as a reader sees them; one line for each line, cells parted by a space. */
export function plainText(text: string): string {
  if (!/[*~`[|>＞#\\]/.test(text)) return text;
  return parseMarkup(text).map(ofBlock).join("\n");
}

function ofBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return block.lines.map(plainInline).join("\n");
    case "heading":
      return plainInline(block.line);
    case "code":
      return block.text;
    case "quote":
      return block.blocks.map(ofBlock).join("\n");
    case "list":
      return block.items
        .map(
          (item) =>
            `${item.marker}${/[・．]$/.test(item.marker) ? "" : " "}${item.lines.map(plainInline).join("\n")}`,
        )
        .join("\n");
    case "table":
      return block.rows.map((row) => row.map(plainInline).join("　")).join("\n");
  }
}

export function plainInline(nodes: readonly Inline[]): string {
  return nodes.map((node) => ("children" in node ? plainInline(node.children) : node.text)).join("");
}
