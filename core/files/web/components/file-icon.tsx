import { classes } from "#web/kit/components/classes.ts";
import type { FileFamily } from "../../contract.ts";

const tones: Record<FileFamily, string> = {
  office: "text-link",
  pdf: "text-danger",
  image: "text-ok",
  archive: "text-warn",
  text: "text-ink-2",
  audio: "text-ink-2",
  video: "text-ink-2",
  unknown: "text-ink-3",
};

/** A sheet with the end of the name on it: the kind is read, not guessed from a colour. */
export function FileIcon({ name, family }: { name: string; family: FileFamily }) {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase() ?? "";
  return (
    <svg
      viewBox="0 0 36 44"
      className={classes("h-11 w-9 shrink-0", tones[family])}
      aria-hidden="true"
      focusable="false"
    >
      <path
        d="M3 1.500h20l10 10v29a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2v-37a2 2 0 0 1 2-2zm20 0v10h10"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.750"
        strokeLinejoin="round"
      />
      <text x="17" y="33" textAnchor="middle" fontSize="9.500" fontWeight="700" fill="currentColor">
        {extension}
      </text>
    </svg>
  );
}
