import sharp from "sharp";

/** Pages as offices have them, as PNG: a text, a table in colours, a photo, a dark slide, a page that is almost empty. */
export async function samplePages(width: number): Promise<Record<string, Buffer>> {
  const height = Math.round(width * Math.SQRT2);
  const page = (background: string, content: string) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1000 1414"><rect width="1000" height="1414" fill="${background}"/><g font-family="Noto Sans CJK JP, sans-serif">${content}</g></svg>`,
      ),
    )
      .flatten()
      .png()
      .toBuffer();
  const lines = (colour: string, count: number) =>
    Array.from(
      { length: count },
      (_, line) =>
        `<text x="80" y="${120 + line * 34}" font-size="20" fill="${colour}">${line + 1}　市民課から総務課へ、明日の会議の資料を送ります。ご確認をお願いします。</text>`,
    ).join("");
  const cells = Array.from({ length: 30 * 6 }, (_, index) => {
    const [row, column] = [Math.floor(index / 6), index % 6];
    const fill = ["#fde68a", "#bfdbfe", "#bbf7d0", "#fecaca", "#ffffff", "#e5e7eb"][(row + column) % 6];
    return `<rect x="${80 + column * 140}" y="${100 + row * 40}" width="140" height="40" fill="${fill}" stroke="#555"/><text x="${90 + column * 140}" y="${127 + row * 40}" font-size="18">${row * 6 + column}千円</text>`;
  }).join("");
  const blobs = Array.from(
    { length: 260 },
    (_, index) =>
      `<circle cx="${(index * 379) % 1000}" cy="${(index * 613) % 1414}" r="${20 + ((index * 37) % 90)}" fill="hsl(${(index * 47) % 360} 60% ${25 + ((index * 13) % 50)}%)" fill-opacity="0.5"/>`,
  ).join("");
  return {
    text: await page("#ffffff", lines("#111111", 36)),
    table: await page("#ffffff", cells),
    photo: await page("#7aa0c0", blobs),
    dark: await page("#101418", lines("#f0f0f0", 24)),
    empty: await page("#ffffff", lines("#111111", 1)),
  };
}
