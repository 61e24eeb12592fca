import sharp from "sharp";

/**
 * Lines across the page, turned, light within a dark rim, so that they can be read on white and on black and hide
 * nothing: who looks, when, from which side. In the machine's Japanese font; letters it lacks are taken from the others.
 */
export async function overlayOf(lines: readonly string[], width: number, height: number): Promise<Buffer> {
  const longest = Math.max(1, ...lines.map(widthOf));
  const size = Math.max(11, Math.min(width / 32, (width * 0.62) / longest));
  const [stepX, stepY] = [longest * size + size * 4, size * (lines.length * 1.35 + 4.5)];
  const tile = lines
    .map(
      (line, index) =>
        `<text x="${size}" y="${(size * (1.6 + index * 1.35)).toFixed(1)}">${escapeXml(line)}</text>`,
    )
    .join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><pattern id="tile" width="${stepX.toFixed(1)}" height="${stepY.toFixed(1)}" patternUnits="userSpaceOnUse" patternTransform="rotate(-24)">
<g font-family="Noto Sans CJK JP, Noto Sans JP, IPAexGothic, sans-serif" font-size="${size.toFixed(1)}" fill="#808080" fill-opacity="0.26" stroke="#ffffff" stroke-opacity="0.1" stroke-width="${(size / 14).toFixed(2)}" paint-order="stroke">${tile}</g>
</pattern></defs><rect width="100%" height="100%" fill="url(#tile)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** In ems: a half-width letter takes about 0.55, a full-width one 1. */
function widthOf(line: string): number {
  let width = 0;
  for (const letter of line) width += letter.codePointAt(0)! < 0x1100 ? 0.56 : 1;
  return width;
}

function escapeXml(text: string): string {
  return text
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, "")
    .replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
