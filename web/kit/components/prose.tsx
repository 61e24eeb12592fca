/**
 * A document of the office drawn for reading: the same marks as in messages (headings, lists, quotes, tables, bold), parsed
 * into data and drawn as elements, never as HTML. Headings are headings, so that a screen reader can go from one to the next.
 */
import { Fragment, type ReactNode, useMemo } from "react";
import { type Block, parseMarkup } from "#shared/markup/blocks.ts";
import type { Inline } from "#shared/markup/inline.ts";

export function Prose({ body, headings = 3 }: { body: string; headings?: 2 | 3 | 4 }) {
  const blocks = useMemo(() => parseMarkup(body), [body]);
  return (
    <div className="flex flex-col gap-2 text-base leading-relaxed break-words">
      {draw(blocks, `h${headings}`)}
    </div>
  );
}

function draw(blocks: readonly Block[], heading: "h2" | "h3" | "h4"): ReactNode {
  return blocks.map((block, place) => drawBlock(block, `${place} ${block.kind}`, heading));
}

function drawBlock(block: Block, key: string, heading: "h2" | "h3" | "h4"): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Heading = heading;
      return (
        <Heading key={key} className="mt-3 text-lg font-bold leading-snug">
          {inline(block.line)}
        </Heading>
      );
    }
    case "paragraph":
      return block.lines.every((line) => line.length === 0) ? null : (
        <p key={key} className="whitespace-pre-wrap">
          {lines(block.lines)}
        </p>
      );
    case "quote":
      return (
        <blockquote key={key} className="border-l-4 border-line-strong pl-3 text-ink-2">
          {draw(block.blocks, heading)}
        </blockquote>
      );
    case "code":
      return (
        <pre key={key} className="whitespace-pre-wrap rounded-lg border border-line bg-sunken p-3 text-sm">
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const items = block.items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names but their places
        <li key={at} className="relative pl-5" style={{ marginInlineStart: `${item.depth * 1.2}em` }}>
          <span aria-hidden="true" className="absolute left-0">
            {block.isOrdered ? item.marker : "・"}
          </span>
          {lines(item.lines)}
        </li>
      ));
      const className = "flex flex-col gap-1";
      return block.isOrdered ? (
        <ol key={key} className={className}>
          {items}
        </ol>
      ) : (
        <ul key={key} className={className}>
          {items}
        </ul>
      );
    }
    case "table":
      return <Table key={key} rows={block.rows} />;
  }
}

function Table({ rows: [head = [], ...body] }: { rows: readonly (readonly (readonly Inline[])[])[] }) {
  const cell = "border border-line-strong px-2.5 py-1 text-left align-top";
  return (
    <div className="overflow-x-auto">
      <table className="border-collapse text-sm leading-6">
        <thead>
          <tr>
            {head.map((words, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names but their places
              <th key={at} scope="col" className={`${cell} bg-sunken font-bold`}>
                {inline(words)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names but their places
            <tr key={place}>
              {row.map((words, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names but their places
                <td key={at} className={cell}>
                  {inline(words)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lines(all: readonly (readonly Inline[])[]): ReactNode {
  return all.map((line, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names but their places
    <Fragment key={at}>
      {at > 0 && "\n"}
      {inline(line)}
    </Fragment>
  ));
}

function inline(nodes: readonly Inline[]): ReactNode {
  return nodes.map((node, at) => drawNode(node, `${at} ${node.kind}`));
}

function drawNode(node: Inline, key: string): ReactNode {
  switch (node.kind) {
    case "text":
      return <Fragment key={key}>{node.text}</Fragment>;
    case "strong":
      return (
        <strong key={key} className="font-bold">
          {inline(node.children)}
        </strong>
      );
    case "emphasis":
      return (
        <em key={key} className="italic">
          {inline(node.children)}
        </em>
      );
    case "strike":
      return (
        <del key={key} className="line-through">
          {inline(node.children)}
        </del>
      );
    case "code":
      return (
        <code key={key} className="rounded-sm border border-line bg-sunken px-1 font-mono text-[0.92em]">
          {node.text}
        </code>
      );
    // Who reads rules before signing in is not led elsewhere: the address stands there to be copied.
    case "link":
      return <Fragment key={key}>{node.host ? `${node.text}（${node.href}）` : node.href}</Fragment>;
  }
}
