import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { text } from "../text/index.ts";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { ChevronIcon, GripIcon } from "./icons.tsx";

export type OrderedItem = { readonly id: string; readonly name: string };

/** Before which item one is to stand; null for the end. */
export type Move = { id: string; before: string | null };

type Drag = {
  id: string;
  from: number;
  to: number;
  /** How far it is from where it stood, in pixels. */
  by: number;
};

/**
 * Items that somebody puts in order: by the grip with mouse, pen or finger, by the arrows beside the name, or with Alt and the
 * arrow keys on the grip. Where an item has come to is read out. The order is shown at once and kept by `onMove`; when that
 * fails, the old one comes back.
 *
 * @example <OrderedList label="お気に入りの並び順" items={rooms} onMove={keep}>{(room) => room.name}</OrderedList>
 */
export function OrderedList<Item extends OrderedItem>({
  label,
  items,
  onMove,
  children,
  actions,
}: {
  label: string;
  items: readonly Item[];
  onMove: (move: Move) => Promise<unknown>;
  children: (item: Item) => ReactNode;
  /** What can be done with an item beside moving it. */
  actions?: (item: Item) => ReactNode;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [wanted, setWanted] = useState<readonly string[]>();
  const [drag, setDrag] = useState<Drag>();
  const [said, setSaid] = useState("");
  const moving = useRef(0);
  /** Where the rows stood when one was taken, and where that one would go now: the last move may not be drawn yet when it is let go. */
  const start = useRef<{ y: number; to: number; tops: number[]; heights: number[] }>(undefined);
  /** The item whose grip or arrow had the focus when its row was put elsewhere: rows that move lose it. */
  const focused = useRef<HTMLElement>(undefined);

  const known = new Map(items.map((item) => [item.id, item]));
  const shown = (wanted ?? [])
    .flatMap((id) => known.get(id) ?? [])
    .concat(items.filter((item) => !wanted?.includes(item.id)));

  const move = (id: string, to: number) => {
    const ids = shown.map((item) => item.id);
    const at = ids.indexOf(id);
    const target = Math.min(Math.max(to, 0), ids.length - 1);
    if (at < 0 || at === target) return;
    const others = ids.filter((each) => each !== id);
    const next = others.toSpliced(target, 0, id);
    focused.current = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    setWanted(next);
    setSaid(text("order.moved", { name: known.get(id)!.name, at: target + 1, count: ids.length }));
    moving.current += 1;
    void onMove({ id, before: others[target] ?? null }).finally(() => {
      moving.current -= 1;
      if (moving.current === 0) setWanted(undefined);
    });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: after rows have changed their places
  useLayoutEffect(() => {
    const element = focused.current;
    focused.current = undefined;
    if (!element?.isConnected) return;
    // At an end of the list its arrow can do nothing more; the grip of the row still can.
    const target = element.matches(":disabled") ? element.closest("li")?.querySelector("button") : element;
    if (document.activeElement !== target) target?.focus();
  }, [wanted]);

  /** Where the pointer is in the list, whatever has been scrolled meanwhile. */
  const yOf = (event: React.PointerEvent) => event.clientY - (list.current?.getBoundingClientRect().top ?? 0);

  const grip = (id: string, at: number) => ({
    onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || !list.current) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const rows = [...list.current.children] as HTMLElement[];
      start.current = {
        y: yOf(event),
        to: at,
        tops: rows.map((row) => row.offsetTop),
        heights: rows.map((row) => row.offsetHeight),
      };
      setDrag({ id, from: at, to: at, by: 0 });
    },
    onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
      if (drag?.id !== id || !start.current || !list.current) return;
      const { y, tops, heights } = start.current;
      const by = yOf(event) - y;
      const middle = tops[drag.from]! + heights[drag.from]! / 2 + by;
      const to = tops.filter(
        (top, index) => index !== drag.from && top + heights[index]! / 2 < middle,
      ).length;
      start.current.to = to;
      setDrag({ ...drag, to, by });
      list.current.children[to]?.scrollIntoView({ block: "nearest" });
    },
    onPointerUp: () => {
      if (drag?.id === id && start.current) move(id, start.current.to);
      setDrag(undefined);
    },
    onPointerCancel: () => setDrag(undefined),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Escape" && drag) {
        event.stopPropagation();
        setDrag(undefined);
      }
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!by || !event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      move(id, at + by);
    },
  });

  /** While one is dragged, those that it passes make room. */
  const shiftOf = (at: number): number => {
    if (!drag || !start.current) return 0;
    if (at === drag.from) return drag.by;
    const height = start.current.heights[drag.from]!;
    if (drag.from < at && at <= drag.to) return -height;
    return drag.to <= at && at < drag.from ? height : 0;
  };

  return (
    <>
      <ul ref={list} aria-label={label} className="relative flex flex-col">
        {shown.map((item, at) => (
          <li
            key={item.id}
            style={drag ? { transform: `translateY(${shiftOf(at)}px)` } : undefined}
            className={classes(
              "flex items-center gap-1 rounded-lg py-0.5",
              drag?.id === item.id
                ? "relative z-10 bg-raised shadow-2"
                : drag && "transition-transform motion-reduce:transition-none",
            )}
          >
            <button
              type="button"
              aria-label={text("order.grip", { name: item.name })}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              title={text("order.hint")}
              className="inline-flex size-9 shrink-0 cursor-grab touch-none items-center justify-center rounded-lg text-ink-2 hover:bg-hover hover:text-ink active:cursor-grabbing max-md:size-11"
              {...grip(item.id, at)}
            >
              <GripIcon />
            </button>
            <span className="min-w-0 flex-1">{children(item)}</span>
            <IconButton
              label={text("order.up", { name: item.name })}
              isDisabled={at === 0}
              icon={
                <span className="rotate-180">
                  <ChevronIcon />
                </span>
              }
              onPress={() => move(item.id, at - 1)}
            />
            <IconButton
              label={text("order.down", { name: item.name })}
              isDisabled={at === shown.length - 1}
              icon={<ChevronIcon />}
              onPress={() => move(item.id, at + 1)}
            />
            {actions?.(item)}
          </li>
        ))}
      </ul>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}
