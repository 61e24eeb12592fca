import { type Classification, classificationsOn } from "#shared/classification.ts";
import { dateInJapan } from "#shared/time.ts";
import { serverNow } from "../state/clock.ts";
import { currentLanguage } from "../text/catalogue.ts";
import { classes } from "./classes.ts";

/** Shape and colour say it together, so that neither has to be seen: the fuller, the more confidential. */
const looks: Record<Classification, { shape: string; tone: string }> = {
  "3A": { shape: "M8 1 15 8 8 15 1 8z", tone: "border-danger bg-danger text-on-danger" },
  "3B": { shape: "M8 2 15 14H1z", tone: "border-danger text-danger" },
  "3C": { shape: "M2 2h12v12H2z", tone: "border-warn-line bg-warn-soft text-warn" },
  "2": { shape: "M8 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12z", tone: "border-line bg-sunken text-ink-2" },
  "1": { shape: "M2 7h12v2H2z", tone: "border-line text-ink-3" },
};

/** The class of something (自治体機密性) as a stamp: its words, a shape and a colour. */
export function ClassMark({
  classification,
  className,
}: {
  classification: Classification;
  className?: string;
}) {
  const { shape, tone } = looks[classification];
  return (
    <span
      data-class={classification}
      title={classMeaning(classification)}
      className={classes(
        "mx-1 inline-flex items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 align-middle text-xs font-normal leading-[1.125rem]",
        tone,
        className,
      )}
    >
      <svg viewBox="0 0 16 16" width="10" height="10" fill="currentColor" aria-hidden="true">
        <path d={shape} />
      </svg>
      {classLabel(classification)}
    </span>
  );
}

export function classLabel(classification: Classification): string {
  const label = labels()[classification];
  return currentLanguage() === "ja" ? label.ja : label.en;
}

export function classMeaning(classification: Classification): string {
  const label = labels()[classification];
  return currentLanguage() === "ja" ? label.meaningJa : label.meaningEn;
}

function labels() {
  return classificationsOn(dateInJapan(serverNow())).labels;
}
