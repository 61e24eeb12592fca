import QRCode from "qrcode";
import { useMemo } from "react";
import { text } from "../text/index.ts";

/**
 * A secret as a picture, drawn here, so that it goes nowhere else. Black on white in every theme: cameras do not read it
 * otherwise. A phone cannot scan itself: there a link opens the app.
 */
export function QrCode({
  words,
  label,
  isLink = true,
}: {
  words: string;
  label: string;
  /** Whether the words are an address that an app on this device opens. */
  isLink?: boolean;
}) {
  const { path, size } = useMemo(() => drawCode(words), [words]);
  return (
    <div className="flex flex-col items-center gap-2">
      <svg
        role="img"
        aria-label={label}
        viewBox={`-4 -4 ${size + 8} ${size + 8}`}
        className="size-64 rounded-xl border border-line"
        shapeRendering="crispEdges"
      >
        <rect x="-4" y="-4" width={size + 8} height={size + 8} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      {isLink && (
        <a
          href={words}
          className="inline-flex min-h-11 items-center text-sm text-link underline underline-offset-4 md:hidden"
        >
          {text("signIn.register.here")}
        </a>
      )}
    </div>
  );
}

/** The dark fields as one path: a row's neighbouring fields become one bar. */
function drawCode(words: string): { path: string; size: number } {
  const { modules } = QRCode.create(words, { errorCorrectionLevel: "M" });
  const { size, data } = modules;
  let path = "";
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      if (!data[row * size + column]) continue;
      const start = column;
      while (column + 1 < size && data[row * size + column + 1]) column++;
      path += `M${start} ${row}h${column - start + 1}v1H${start}z`;
    }
  return { path, size };
}
