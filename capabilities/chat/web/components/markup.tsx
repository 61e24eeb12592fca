import { Fragment, memo, type ReactNode, useMemo } from "react";
import { type Align, type Block, type ListItem, parseMarkup } from "#shared/markup/blocks.ts";
import type { Inline } from "#shared/markup/inline.ts";
import { IconButton } from "#web/kit/components/button.tsx";
import { CopyIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { text } from "../text/index.ts";

/** Draws a stretch of plain words: mentions are marked in it. */
export type DrawWords = (words: string) => ReactNode;

/**
 * A message with its marks drawn: parsed into data, drawn as elements, never as HTML. Paragraphs and lists stand exactly on the
 * lines on which they were typed.
 */
export const Markup = memo(function Markup({ body, drawWords }: { body: string; drawWords: DrawWords }) {
  const blocks = useMemo(() => parseMarkup(body), [body]);
  return <Blocks blocks={blocks} drawWords={drawWords} />;
});

function Blocks({ blocks, drawWords }: { blocks: readonly Block[]; drawWords: DrawWords }) {
  return numbered(blocks).map(([key, block]) => <BlockView key={key} block={block} drawWords={drawWords} />);
}

function BlockView({ block, drawWords }: { block: Block; drawWords: DrawWords }) {
  switch (block.kind) {
    case "paragraph":
      return (
        <div className="whitespace-pre-wrap">
          {drawLines(block.lines, drawWords)}
          {block.lines.at(-1)?.length === 0 && "\n"}
        </div>
      );
    case "heading":
      return <div className="font-bold">{drawInline(block.line, drawWords)}</div>;
    case "code":
      return <Code words={block.text} />;
    case "quote":
      return (
        <blockquote className="my-1 border-l-4 border-line-strong pl-3 text-ink-2">
          <Blocks blocks={block.blocks} drawWords={drawWords} />
        </blockquote>
      );
    case "list": {
      const items = numbered(block.items).map(([key, item]) => (
        <Item key={key} item={item} drawWords={drawWords} />
      ));
      return block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return <Table aligns={block.aligns} rows={block.rows} drawWords={drawWords} />;
  }
}

/** The mark hangs before its text; it is real text, so that it is copied and read aloud as it was typed. */
function Item({ item, drawWords }: { item: ListItem; drawWords: DrawWords }) {
  const hang = [...item.marker].reduce((width, sign) => width + (sign > "\u00ff" ? 1 : 0.6), 0);
  const space = /[・．]$/.test(item.marker) ? 0 : 0.3;
  return (
    <li
      className="whitespace-pre-wrap"
      style={{ paddingInlineStart: `${item.depth * 1.2 + hang + space}em`, textIndent: `-${hang + space}em` }}
    >
      {item.marker}
      {space > 0 && " "}
      {drawLines(item.lines, drawWords)}
    </li>
  );
}

function Code({ words }: { words: string }) {
  const copy = async () => {
    const { copyText } = await import("#web/kit/device/copy-text.ts");
    if (await copyText(words)) tell(text("markup.code.copied"));
    else tell(text("message.copyFailed"), "danger");
  };
  return (
    <div className="relative my-1.5 rounded-lg border border-line bg-sunken">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={text("markup.code")}
        className="focus-inside overflow-x-auto rounded-lg"
      >
        <pre className="w-max min-w-full whitespace-pre py-2.5 pl-3 pr-13 font-mono text-sm leading-6 print:w-auto print:whitespace-pre-wrap">
          <code>{words}</code>
        </pre>
      </section>
      <span data-print="hide" className="absolute right-1 top-1 rounded-lg bg-sunken">
        <IconButton
          label={text("markup.code.copy")}
          icon={<CopyIcon size={18} />}
          onPress={() => void copy()}
        />
      </span>
    </div>
  );
}

const alignClasses: Record<Align, string> = {
  start: "min-w-28 text-left",
  center: "min-w-14 whitespace-nowrap text-center",
  end: "min-w-14 whitespace-nowrap text-right tabular-nums",
};

function Table({
  aligns,
  rows,
  drawWords,
}: {
  aligns: readonly Align[];
  rows: readonly (readonly (readonly Inline[])[])[];
  drawWords: DrawWords;
}) {
  const [head = [], ...body] = rows;
  const cells = (row: readonly (readonly Inline[])[]) =>
    numbered(row).map(([key, cell]) => [key, alignClasses[aligns[key] ?? "start"], cell] as const);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={text("markup.table")}
      className="focus-inside my-1.5 overflow-x-auto print:overflow-visible"
    >
      <table className="border-collapse bg-ground text-sm leading-6">
        <thead>
          <tr>
            {cells(head).map(([key, align, cell]) => (
              <th key={key} scope="col" className={`${cellClass} bg-sunken font-bold ${align}`}>
                {drawInline(cell, drawWords)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {numbered(body).map(([key, row]) => (
            <tr key={key}>
              {cells(row).map(([column, align, cell]) => (
                <td key={column} className={`${cellClass} ${align}`}>
                  {drawInline(cell, drawWords)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** On a phone words keep room for a few characters a line and figures stay whole; the table scrolls. */
const cellClass = "max-w-80 border border-line-strong px-2.5 py-1 align-top";

function drawLines(lines: readonly (readonly Inline[])[], drawWords: DrawWords): ReactNode {
  return numbered(lines).map(([key, line]) => (
    <Fragment key={key}>
      {key > 0 && "\n"}
      {drawInline(line, drawWords)}
    </Fragment>
  ));
}

function drawInline(nodes: readonly Inline[], drawWords: DrawWords): ReactNode {
  return numbered(nodes).map(([key, node]) => <Fragment key={key}>{drawNode(node, drawWords)}</Fragment>);
}

function drawNode(node: Inline, drawWords: DrawWords): ReactNode {
  switch (node.kind) {
    case "text":
      return drawWords(node.text);
    case "strong":
      return <strong className="font-bold">{drawInline(node.children, drawWords)}</strong>;
    case "emphasis":
      return <em className="italic">{drawInline(node.children, drawWords)}</em>;
    case "strike":
      return <del className="line-through">{drawInline(node.children, drawWords)}</del>;
    case "code":
      return (
        <code className="rounded-sm border border-line bg-sunken px-1 font-mono text-[0.92em]">
          {node.text}
        </code>
      );
    case "link":
      return (
        <>
          <a
            href={node.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="break-all text-link underline underline-offset-2 hover:decoration-2"
          >
            {node.text}
          </a>
          {node.host && <span className="text-sm text-ink-2">（{node.host}）</span>}
        </>
      );
  }
}

/** Parts of a text have no names of their own but their places, which do not change: another text is drawn anew. */
function numbered<T>(parts: readonly T[]): [number, T][] {
  return parts.map((part, index) => [index, part]);
}
