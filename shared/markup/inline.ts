/**
 * Marks inside a line: **bold**, *italic*, ~~struck~~, `code`, [words](https://…) and bare addresses.
 *
 * Rules made for Japanese, where no spaces stand between words: bold and strike work anywhere; a single * works only
 * around words and beside a boundary (line end, space, punctuation, hiragana), so that 幅*奥行*高さ, *印, 5*3 and (*^_^*) stay as
 * they were typed. _ marks nothing: file names and faces are full of it. What does not form a pair is text. Linear in
 * the length of the line.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "emphasis" | "strike"; children: readonly Inline[] }
  | { kind: "code"; text: string }
  /** `host` when words stand in place of the address, so that nobody is led elsewhere unseen. */
  | { kind: "link"; href: string; text: string; host: string | null };

type Mark = "**" | "*" | "~~";
type Token = { kind: "node"; node: Inline } | { kind: "mark"; mark: Mark; partner: number };

const kinds = { "**": "strong", "*": "emphasis", "~~": "strike" } as const;

const special = /[*~`[\\]|https?:\/\//g;
/** Up to the next marks: what follows is looked at once, however many addresses stand in a row. */
const address = /https?:\/\/(?:(?!\*\*|~~)[\x21-\x5f\x61-\x7e])+/y;
const namedLink = /\[([^[\]\n]{1,300})\]\((https?:\/\/[\x21-\x27\x2a-\x7e]{1,2000})\)/y;
const blank = /\s|\u3000/;
/** What may stand outside a single *. */
const boundary = /[\s\u3000\p{P}\p{S}\u3041-\u309f]/u;
/** What may stand inside it: words, and the signs that begin or end a phrase. */
const wordBegin = /[\p{L}\p{N}「『（(“"【〈《]/u;
const wordEnd = /[\p{L}\p{N}」』）)”"】〉》。．！？!?.％%]/u;

/** The nodes of one line. */
export function parseInline(line: string): readonly Inline[] {
  const tokens: Token[] = [];
  const open: Partial<Record<Mark, number>> = {};
  const hopeless = new Set<number>();
  let from = 0;
  const text = (until: number) => {
    if (until > from) tokens.push({ kind: "node", node: { kind: "text", text: line.slice(from, until) } });
  };
  const node = (at: number, length: number, made: Inline) => {
    text(at);
    tokens.push({ kind: "node", node: made });
    from = at + length;
    special.lastIndex = from;
  };

  special.lastIndex = 0;
  for (let found = special.exec(line); found; found = special.exec(line)) {
    const at = found.index;
    const sign = line[at]!;
    if (sign === "\\") {
      // Only where it hides a mark, and never inside a path: \\server\*.xlsx keeps its strokes.
      const before = characterBefore(line, at);
      if (!/[*`~]/.test(line[at + 1] ?? "") || !isOutside(before) || /[\\:]/.test(before)) continue;
      node(at, 2, { kind: "text", text: line[at + 1]! });
    } else if (sign === "`") {
      const run = runLength(line, at);
      const end = hopeless.has(run) ? -1 : findRun(line, at + run, run);
      if (end < 0) {
        hopeless.add(run);
        special.lastIndex = at + run;
      } else {
        const code = line.slice(at + run, end);
        node(at, end + run - at, { kind: "code", text: code.trim() === "" ? code : code.trim() });
      }
    } else if (sign === "[") {
      namedLink.lastIndex = at;
      const match = namedLink.exec(line);
      const host = match && hostOf(match[2]!);
      if (match && host) node(at, match[0].length, { kind: "link", href: match[2]!, text: match[1]!, host });
    } else if (sign === "h") {
      address.lastIndex = at;
      const match = address.exec(line);
      // What is no address yet, or never: https:// at the end, before 漢字 or a mark.
      if (!match) continue;
      const href = withoutEnd(match[0]);
      if (hostOf(href)) node(at, href.length, { kind: "link", href, text: href, host: null });
      else special.lastIndex = at + href.length;
    } else {
      const run = runLength(line, at);
      const marks = marksOf(line, at, run);
      if (marks.length === 0) special.lastIndex = at + run;
      else {
        text(at);
        for (const mark of marks) pushMark(tokens, open, mark);
        from = at + run;
        special.lastIndex = from;
      }
    }
  }
  text(line.length);
  return build(tokens, 0, tokens.length);
}

type Seen = { mark: Mark; canOpen: boolean; canClose: boolean };

/** The marks that a run of signs can be: none when it is plain text. Three stars are bold and italic together. */
function marksOf(line: string, at: number, run: number): readonly Seen[] {
  const sign = line[at]!;
  const before = characterBefore(line, at);
  const after = characterAt(line, at + run);
  const canOpen = after !== "" && !blank.test(after);
  const canClose = before !== "" && !blank.test(before);
  if (!canOpen && !canClose) return [];
  if (sign === "~") return run === 2 ? [{ mark: "~~", canOpen, canClose }] : [];
  const single: Seen = {
    mark: "*",
    canOpen: canOpen && isOutside(before) && wordBegin.test(after),
    canClose: canClose && isOutside(after) && wordEnd.test(before),
  };
  if (run === 1) return [single];
  const double: Seen = { mark: "**", canOpen, canClose };
  if (run === 2) return [double];
  if (run !== 3) return [];
  return canOpen && (!canClose || isOutside(before)) ? [double, single] : [single, double];
}

function isOutside(character: string): boolean {
  return character === "" || boundary.test(character);
}

/** A mark closes the last open one of its kind, if something stands between; what opened within it stays text. */
function pushMark(tokens: Token[], open: Partial<Record<Mark, number>>, seen: Seen): void {
  const place = tokens.length;
  const start = open[seen.mark];
  if (seen.canClose && start !== undefined && start < place - 1) {
    tokens.push({ kind: "mark", mark: seen.mark, partner: start });
    (tokens[start] as { partner: number }).partner = place;
    for (const mark of Object.keys(open) as Mark[]) if (open[mark]! >= start) delete open[mark];
    return;
  }
  tokens.push({ kind: "mark", mark: seen.mark, partner: -1 });
  if (seen.canOpen) open[seen.mark] = place;
}

function build(tokens: readonly Token[], from: number, to: number): Inline[] {
  const nodes: Inline[] = [];
  const add = (text: string) => {
    const last = nodes.at(-1);
    if (last?.kind === "text") nodes[nodes.length - 1] = { kind: "text", text: last.text + text };
    else nodes.push({ kind: "text", text });
  };
  for (let i = from; i < to; i++) {
    const token = tokens[i]!;
    if (token.kind === "node") {
      if (token.node.kind === "text") add(token.node.text);
      else nodes.push(token.node);
    } else if (token.partner > i) {
      nodes.push({ kind: kinds[token.mark], children: build(tokens, i + 1, token.partner) });
      i = token.partner;
    } else add(token.mark);
  }
  return nodes;
}

function runLength(line: string, at: number): number {
  let end = at + 1;
  while (line[end] === line[at]) end++;
  return end - at;
}

/** Where a run of exactly so many backticks begins. */
function findRun(line: string, from: number, length: number): number {
  for (let at = line.indexOf("`", from); at >= 0; ) {
    const run = runLength(line, at);
    if (run === length) return at;
    at = line.indexOf("`", at + run);
  }
  return -1;
}

/** What ends a sentence does not belong to the address, nor do the marks around it. */
function withoutEnd(found: string): string {
  let end = found.length;
  while (end > 0 && ".,;:!?'\")]}>*_~|".includes(found[end - 1]!)) end--;
  return found.slice(0, end);
}

function hostOf(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  // A name in front of the host (https://city.example@evil.example) is how people are led astray.
  return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" ? url.host : null;
}

function characterAt(line: string, at: number): string {
  const code = line.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function characterBefore(line: string, at: number): string {
  if (at === 0) return "";
  const low = line.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? line.slice(at - 2, at) : line[at - 1]!;
}
