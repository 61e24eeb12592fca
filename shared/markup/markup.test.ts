import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, parseMarkup } from "./blocks.ts";
import { type Inline, parseInline } from "./inline.ts";
import { plainText } from "./plain-text.ts";

/** Nodes in a short form: **bold** as <b>bold</b>. Only for reading tests. */
function show(nodes: readonly Inline[]): string {
  const tags = { strong: "b", emphasis: "i", strike: "s" } as const;
  return nodes
    .map((node) => {
      if (node.kind === "text") return node.text;
      if (node.kind === "code") return `<c>${node.text}</c>`;
      if (node.kind === "link")
        return `<a ${node.href}${node.host ? ` (${node.host})` : ""}>${node.text}</a>`;
      return `<${tags[node.kind]}>${show(node.children)}</${tags[node.kind]}>`;
    })
    .join("");
}
const inline = (line: string) => show(parseInline(line));

/** Every character that a reader sees. */
function visible(block: Block): string {
  const of = (nodes: readonly Inline[]): string =>
    nodes
      .map((node) =>
        "children" in node
          ? of(node.children)
          : node.text + (node.kind === "link" && node.host ? node.href : ""),
      )
      .join("");
  switch (block.kind) {
    case "paragraph":
      return block.lines.map(of).join("");
    case "heading":
      return of(block.line);
    case "code":
      return block.language + block.text;
    case "quote":
      return block.blocks.map(visible).join("");
    case "list":
      return block.items.map((item) => item.marker + item.lines.map(of).join("")).join("");
    case "table":
      return block.rows.map((row) => row.map(of).join("")).join("");
  }
}

describe("marks in a line", () => {
  it.each([
    ["これは**重要**です", "これは<b>重要</b>です"],
    ["**この文は太字です。**この文は違います。", "<b>この文は太字です。</b>この文は違います。"],
    ["本日は**「防災訓練」**を行います", "本日は<b>「防災訓練」</b>を行います"],
    ["締切：**11月30日（月）**。", "締切：<b>11月30日（月）</b>。"],
    ["**Ａ課（内線1234）**、**Ｂ課**", "<b>Ａ課（内線1234）</b>、<b>Ｂ課</b>"],
    ["これは*重要*です", "これは<i>重要</i>です"],
    ["（*仮称*）", "（<i>仮称</i>）"],
    ["***至急***お願いします", "<b><i>至急</i></b>お願いします"],
    ["~~15時~~ 16時", "<s>15時</s> 16時"],
    ["`npm test` と ``a`b``", "<c>npm test</c> と <c>a`b</c>"],
    ["**太字の*斜体*も**", "<b>太字の<i>斜体</i>も</b>"],
    ["**`code`を含む**", "<b><c>code</c>を含む</b>"],
    ["\\*印は必須", "*印は必須"],
    ["**𠮷野**さん", "<b>𠮷野</b>さん"],
  ])("%s", (line, expected) => expect(inline(line)).toBe(expected));

  it.each([
    "*印の項目は必須、*印のない項目は任意",
    "*は必須、*は任意",
    "幅*奥行*高さ",
    "5*3*2=30",
    "A4*2枚、A3*1枚",
    "2 * 3 * 4",
    "＊注意　＊確認",
    "※印をご覧ください → 総務課へ",
    "file_name_1.xlsx と _tmp",
    "\\\\fs01\\_共有\\財政課\\*.xlsx",
    "C:\\*.* を C:\\**\\ へ",
    "~5人~10人",
    "〜〜まで〜〜",
    "****",
    "** **",
    "電話番号は****-1234です",
    "@@@ ### $$$",
    "[1] 参照、[要確認]（別紙）",
    "^_^ m(_ _)m (*_*) (*^_^*) (>_<)",
    "3 > 2 かつ 1 < 2",
    "約_3_日",
  ])("%s stays as it is", (line) => expect(inline(line)).toBe(line));

  it("finds addresses up to where the sentence goes on, with their marks untouched", () => {
    expect(inline("https://example.jp/a_b_c*d*をご覧ください。")).toBe(
      "<a https://example.jp/a_b_c*d>https://example.jp/a_b_c*d</a>*をご覧ください。",
    );
    for (const text of ["https://", "https:// です", "https://漢字", "「http://」", "https://…"])
      expect(inline(text)).toBe(text);
    expect(inline("https://**至急**")).toBe("https://<b>至急</b>");
    expect(inline("http://`a`")).toContain("http://");
    expect(inline("**https://example.jp/**")).toBe("<b><a https://example.jp/>https://example.jp/</a></b>");
    expect(inline("（https://example.jp/?q=1）")).toBe(
      "（<a https://example.jp/?q=1>https://example.jp/?q=1</a>）",
    );
  });

  it("names the host of a link with words, and makes no link of what leads astray", () => {
    expect(inline("[要綱](https://www.example.jp/yoko.pdf)を")).toBe(
      "<a https://www.example.jp/yoko.pdf (www.example.jp)>要綱</a>を",
    );
    for (const line of [
      "[要綱](javascript:alert(1))",
      "[x](data:text/html,1)",
      "[x](https://city@evil.example/)",
    ])
      expect(parseInline(line).some((node) => node.kind === "link" && node.host !== null)).toBe(false);
    expect(inline("https://city.example@evil.example/")).not.toContain("<a");
  });
});

describe("blocks", () => {
  const kinds = (text: string) => parseMarkup(text).map((block) => block.kind);

  it("keeps the marks of lists as they were typed", () => {
    const [list] = parseMarkup("・資料\n・名簿\n　・写し\n  続きの行");
    expect(list).toMatchObject({
      kind: "list",
      isOrdered: false,
      items: [
        { marker: "・", depth: 0 },
        { marker: "・", depth: 0 },
        { marker: "・", depth: 1, lines: [[{ text: "写し" }], [{ text: "続きの行" }]] },
      ],
    });
    expect(parseMarkup("３．報告\n４．その他")[0]).toMatchObject({
      items: [{ marker: "３．" }, { marker: "４．" }],
    });
    expect(parseMarkup("1. 一\n2. 二")[0]).toMatchObject({ kind: "list", isOrdered: true });
    expect(kinds("・一\n1. 二")).toEqual(["list", "list"]);
  });

  it.each([
    "1.5倍になりました",
    "１．５倍",
    "2026.11.21に実施",
    "-5℃まで下がります",
    "ー以上ー",
    "----------",
    "- - - -",
    "* * *",
    "※ 雨天中止",
    "＊ 注意",
    "→ 総務課へ",
    "① 一つ目\n② 二つ目",
    "(1) 一つ目",
    "１）一つ目",
    "■ 連絡",
    "【至急】ご確認ください",
    "#1234 の件",
    "＃財政",
    "＞＜",
    ">_<",
    "記\n\n日時　11月21日\n場所　第1会議室\n\n以上",
    "A | B のどちらか",
    "|の左",
  ])("%s is a paragraph", (text) => {
    expect(parseMarkup(text)).toEqual([
      {
        kind: "paragraph",
        lines: text.split("\n").map((line) => (line ? [{ kind: "text", text: line }] : [])),
      },
    ]);
  });

  it("quotes with either sign, and quotes of quotes", () => {
    expect(parseMarkup("> 14時から\n＞ 第1会議室\n了解です")).toMatchObject([
      {
        kind: "quote",
        blocks: [{ kind: "paragraph", lines: [[{ text: "14時から" }], [{ text: " 第1会議室".trim() }]] }],
      },
      { kind: "paragraph" },
    ]);
    expect(parseMarkup("> > 深い")).toMatchObject([{ kind: "quote", blocks: [{ kind: "quote" }] }]);
  });

  it("leaves everything in code as it is", () => {
    expect(parseMarkup("```sql\nselect *\n  from **x**\n```\n以上")).toEqual([
      { kind: "code", language: "sql", text: "select *\n  from **x**" },
      { kind: "paragraph", lines: [[{ kind: "text", text: "以上" }]] },
    ]);
    expect(parseMarkup("```\nまだ閉じていない")).toMatchObject([{ kind: "code", text: "まだ閉じていない" }]);
  });

  it("reads tables with their alignment, rows of any length, and a stroke inside a cell", () => {
    const [table] = parseMarkup("| 課 | 人数 |\n|:--|--:|\n| 財政課 | 12 |\n| a\\|b |\n|1|2|3|");
    expect(table).toMatchObject({
      kind: "table",
      aligns: ["start", "end"],
      rows: [
        [[{ text: "課" }], [{ text: "人数" }]],
        [[{ text: "財政課" }], [{ text: "12" }]],
        [[{ text: "a|b" }], []],
        [[{ text: "1" }], [{ text: "2|3" }]],
      ],
    });
  });

  it("makes a heading a bold line, and nothing of HTML or pictures", () => {
    expect(parseMarkup("## 議題\n本文")).toMatchObject([{ kind: "heading" }, { kind: "paragraph" }]);
    expect(plainText("<b>x</b><img src=x>")).toBe("<b>x</b><img src=x>");
    expect(
      show(
        (parseMarkup("![図](https://example.jp/a.png)")[0] as { kind: "paragraph"; lines: Inline[][] })
          .lines[0]!,
      ),
    ).toBe("!<a https://example.jp/a.png (example.jp)>図</a>");
  });

  it("gives plain words for lists and notifications", () => {
    expect(plainText("**至急** [要綱](https://example.jp/)を\n・`a`\n> 引用")).toBe("至急 要綱を\n・a\n引用");
    expect(plainText("ふつうの文")).toBe("ふつうの文");
  });
});

const signs = fc.constantFrom(
  ..."**__~~``[]()>＞|#-・1.１．\\ 　\n\n、。「」あ亜ア".split(""),
  "https://a.jp/",
  "http://",
  "```",
  "𠮷",
  "👨‍👩‍👧",
);
const messages = fc.array(signs, { maxLength: 120 }).map((parts) => parts.join(""));

describe("any text", () => {
  const marksOnly = /[*_~`[\]()>＞|#\-\\\s\u3000:]/g;

  it("is parsed without loss: nothing but marks and blanks goes", () => {
    fc.assert(
      fc.property(fc.oneof(messages, fc.string({ unit: "grapheme", maxLength: 200 })), (text) => {
        const shown = parseMarkup(text).map(visible).join("");
        const letters = (words: string) => [...words.replace(marksOnly, "")].sort().join("");
        expect(letters(shown)).toBe(letters(text));
      }),
      { seed: 20261121, numRuns: 3000 },
    );
  });

  it("with no mark in it is shown exactly", () => {
    const plain = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/[*_~`[|>＞#\\・0-9０-９+•-]|https?:/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(plainText(text)).toBe(text);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });

  it("costs in proportion to its length, however nasty", () => {
    const nasty = [
      "*",
      "**a",
      "**a **b ",
      "*a_b~~",
      "`",
      "` `` ",
      "[",
      "[a](",
      "[a](http://",
      "[a](http://x ",
      "> ",
      ">",
      "|",
      "|-",
      "a|b\n-|-\n",
      "- ",
      "・\n",
      "1. ",
      "```\n",
      "\\*",
      "\\|",
      "https://",
      "http://a*",
      "_a_ ",
      "***",
      "\u3000",
      " - ",
      "~~",
      "*あ",
      "a\n|-|\n",
    ];
    // Quadratic work on so long a text would not end before the test's own time limit.
    for (const piece of nasty)
      expect(parseMarkup(piece.repeat(Math.ceil(300_000 / piece.length))).length).toBeGreaterThan(0);
  });
});
