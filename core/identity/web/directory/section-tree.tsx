import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { classes } from "#web/kit/components/classes.ts";
import { ChevronIcon } from "#web/kit/components/icons.tsx";
import type { SectionNode } from "../../contract.ts";
import { text } from "./text/index.ts";
import { idsAbove, type TreeRow, treeRows } from "./tree.ts";

/**
 * Departments and sections as a tree (WAI-ARIA tree view): arrows walk, right opens, left closes or goes up, Home, End,
 * a letter of the name goes to the next section that begins with it, Enter shows the section.
 */
export function SectionTree({
  sections,
  shownId,
}: {
  sections: readonly SectionNode[];
  shownId: string | undefined;
}) {
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(sections.filter((section) => section.parentId === null).map((section) => section.id)),
  );
  const [focusedId, setFocusedId] = useState<string>();

  const seen = useMemo(
    () => (shownId === undefined ? open : new Set([...open, ...idsAbove(sections, shownId)])),
    [open, sections, shownId],
  );
  const rows = useMemo(() => treeRows(sections, seen), [sections, seen]);
  const isSeen = (id: string | undefined) => rows.some((row) => row.section.id === id);
  const tabStop = isSeen(focusedId) ? focusedId : isSeen(shownId) ? shownId : rows[0]?.section.id;

  const show = (row: TreeRow) =>
    void navigate({ to: "/people/sections/$sectionId", params: { sectionId: row.section.id } });
  const toggle = (row: TreeRow, isOpen: boolean) =>
    setOpen(() => {
      const next = new Set(seen);
      if (isOpen) next.add(row.section.id);
      else next.delete(row.section.id);
      return next;
    });
  const focus = (row: TreeRow | undefined) => {
    if (!row) return;
    setFocusedId(row.section.id);
    list.current?.querySelector<HTMLElement>(`[data-section="${row.section.id}"]`)?.focus();
  };

  const stepFor = (key: string, row: TreeRow, index: number): (() => void) | undefined => {
    switch (key) {
      case "ArrowDown":
        return () => focus(rows[index + 1]);
      case "ArrowUp":
        return () => focus(rows[index - 1]);
      case "Home":
        return () => focus(rows[0]);
      case "End":
        return () => focus(rows.at(-1));
      case "Enter":
      case " ":
        return () => show(row);
      case "ArrowRight":
        return () => {
          if (row.hasChildren && !row.isOpen) toggle(row, true);
          else if (row.isOpen) focus(rows[index + 1]);
        };
      case "ArrowLeft":
        return () => {
          if (row.isOpen) toggle(row, false);
          else focus(rows.find((other) => other.section.id === row.section.parentId));
        };
      default:
        return undefined;
    }
  };

  const onKeyDown = (event: React.KeyboardEvent, row: TreeRow, index: number) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    const step = stepFor(event.key, row, index);
    if (step) {
      event.preventDefault();
      step();
    } else if (event.key.length === 1) {
      const after = [...rows.slice(index + 1), ...rows.slice(0, index + 1)];
      focus(
        after.find(({ section }) => section.name.startsWith(event.key) || section.kana.startsWith(event.key)),
      );
    }
  };

  return (
    <div ref={list} role="tree" aria-label={text("directory.tree")} className="flex flex-col pb-4">
      {rows.map((row, index) => {
        const { section, level, total } = row;
        const isShown = section.id === shownId;
        return (
          <div
            key={section.id}
            role="treeitem"
            aria-level={level}
            aria-posinset={row.place}
            aria-setsize={row.sisters}
            aria-expanded={row.hasChildren ? row.isOpen : undefined}
            aria-selected={isShown}
            aria-label={`${section.name} ${text("tree.count", { count: total })}`}
            data-section={section.id}
            tabIndex={section.id === tabStop ? 0 : -1}
            onKeyDown={(event) => onKeyDown(event, row, index)}
            onFocus={() => setFocusedId(section.id)}
            onClick={() => show(row)}
            className={classes(
              "mx-2 flex min-h-9 cursor-pointer items-center rounded-lg pr-3 text-sm hover:bg-hover max-md:min-h-12 max-md:text-base",
              isShown && "bg-accent-soft font-bold text-accent",
            )}
            style={{ paddingLeft: `${(level - 1) * 1.125}rem` }}
          >
            <span
              aria-hidden="true"
              className="flex size-8 shrink-0 items-center justify-center self-center text-ink-3 max-md:size-11"
              onClick={(event) => {
                if (!row.hasChildren) return;
                event.stopPropagation();
                toggle(row, !row.isOpen);
              }}
            >
              {row.hasChildren && (
                <span className={classes("transition-transform", !row.isOpen && "-rotate-90")}>
                  <ChevronIcon size={16} />
                </span>
              )}
            </span>
            <span className="min-w-0 flex-1 py-1 leading-snug">
              <bdi>{section.name}</bdi>
            </span>
            <span className="shrink-0 pl-2 text-xs tabular-nums text-ink-3">{total}</span>
          </div>
        );
      })}
    </div>
  );
}
