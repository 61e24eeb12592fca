import { useRef } from "react";

/** How long a thumb rests before it means something, in milliseconds. */
const longEnough = 500;
/** How far a thumb goes before it means something. */
const enough = 64;
/** Swipes that begin at the edge belong to the browser (back). */
const edge = 24;

/**
 * A swipe to the left on a row of a list, as people know it for answering, and a long press, for everything else. The row
 * follows the thumb; scrolling up and down goes on as usual. Only an addition: everything they do has a button too.
 */
export function useSwipe(onSwipe: (row: HTMLElement) => void, onHold: (row: HTMLElement) => void) {
  const hold = useRef<ReturnType<typeof setTimeout>>(undefined);
  const held = useRef(onHold);
  held.current = onHold;
  const swipe = useRef<{ row: HTMLElement; x: number; y: number; isSideways: boolean }>(undefined);
  const end = (isDone: boolean) => {
    const now = swipe.current;
    swipe.current = undefined;
    clearTimeout(hold.current);
    if (!now) return;
    const moved = -(Number.parseFloat(now.row.style.getPropertyValue("--swipe")) || 0);
    now.row.style.transition = "transform 0.15s";
    now.row.style.transform = "";
    now.row.style.removeProperty("--swipe");
    if (isDone && moved >= enough) onSwipe(now.row);
  };
  return {
    onTouchStart: (event: React.TouchEvent) => {
      const touch = event.touches[0];
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-seq]");
      if (
        !touch ||
        !row ||
        event.touches.length > 1 ||
        touch.clientX < edge ||
        touch.clientX > innerWidth - edge
      )
        return;
      row.style.transition = "";
      swipe.current = { row, x: touch.clientX, y: touch.clientY, isSideways: false };
      clearTimeout(hold.current);
      hold.current = setTimeout(() => {
        end(false);
        held.current(row);
      }, longEnough);
    },
    onTouchMove: (event: React.TouchEvent) => {
      const touch = event.touches[0];
      const now = swipe.current;
      if (!touch || !now) return;
      const x = touch.clientX - now.x;
      const y = touch.clientY - now.y;
      if (Math.abs(x) > 8 || Math.abs(y) > 8) clearTimeout(hold.current);
      if (!now.isSideways) {
        if (Math.abs(y) > 10) return end(false);
        if (x > -12) return;
        now.isSideways = true;
      }
      const moved = Math.max(-enough * 1.4, Math.min(0, x));
      now.row.style.setProperty("--swipe", `${moved}`);
      now.row.style.transform = `translateX(${moved}px)`;
    },
    onTouchEnd: () => end(true),
    onTouchCancel: () => end(false),
    // The browser's own menu for a long press would cover ours; a mouse keeps its right button.
    onContextMenu: (event: React.MouseEvent) => {
      if (matchMedia("(pointer: coarse)").matches) event.preventDefault();
    },
  };
}
