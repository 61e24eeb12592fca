/**
 * The beginning of a text, for lists. Counted in code points, as PostgreSQL's `left()` counts, so that the server's
 * row, the server's TypeScript and the client's `apply` agree on the same characters. Line ends are kept; lists fold
 * them when they draw.
 */
export const excerptLength = 120;

/** The first 120 code points of a text. */
export function excerptOf(text: string): string {
  if (text.length <= excerptLength) return text;
  let end = 0;
  for (let count = 0; count < excerptLength && end < text.length; count++)
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
