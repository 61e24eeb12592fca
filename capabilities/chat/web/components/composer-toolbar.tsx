import { useState } from "react";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import type { Format } from "../client/text-edits.ts";
import { text } from "../text/index.ts";
import {
  BoldIcon,
  CodeIcon,
  EyeIcon,
  FormatIcon,
  ListIcon,
  QuoteIcon,
  TableIcon,
} from "./composer-icons.tsx";

const formats = [
  { format: "bold", words: "composer.format.bold", Icon: BoldIcon },
  { format: "list", words: "composer.format.list", Icon: ListIcon },
  { format: "quote", words: "composer.format.quote", Icon: QuoteIcon },
  { format: "code", words: "composer.format.code", Icon: CodeIcon },
  { format: "table", words: "composer.format.table", Icon: TableIcon },
] as const;

/** The format that a key asks for; undefined for every other key. */
export function formatOf(
  event: Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "code">,
): Format | undefined {
  if ((!event.ctrlKey && !event.metaKey) || event.altKey) return undefined;
  if (!event.shiftKey) return ({ KeyB: "bold", KeyE: "code" } as const)[event.code as "KeyB"];
  return ({ Digit8: "list", Digit9: "quote", Digit6: "table" } as const)[event.code as "Digit8"];
}

/** Buttons that put marks into the text. Where there is little room they open from one button. */
export function ComposerToolbar({
  isPreviewing,
  onFormat,
  onPreview,
}: {
  isPreviewing: boolean;
  onFormat: (format: Format) => void;
  onPreview: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <span className="contents @min-[34rem]:hidden">
        <IconButton
          label={text("composer.format")}
          icon={<FormatIcon />}
          aria-expanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        />
      </span>
      <span
        role="toolbar"
        aria-label={text("composer.format")}
        className={classes(
          "flex items-center gap-0.5",
          isOpen
            ? "@max-[34rem]:order-last @max-[34rem]:w-full @max-[34rem]:border-t @max-[34rem]:border-line @max-[34rem]:pt-1"
            : "@max-[34rem]:hidden",
        )}
      >
        {formats.map(({ format, words, Icon }) => (
          <IconButton
            key={format}
            label={text(words)}
            icon={<Icon />}
            // The field keeps its selection, and a phone its keyboard.
            preventFocusOnPress
            onPress={() => onFormat(format)}
          />
        ))}
        <IconButton
          label={text("composer.preview")}
          icon={<EyeIcon />}
          aria-pressed={isPreviewing}
          onPress={onPreview}
        />
      </span>
    </>
  );
}
