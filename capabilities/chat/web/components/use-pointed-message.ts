import { type RefObject, useEffect, useRef, useState } from "react";

/**
 * Which message shows its tools: the one under the pointer, else the one that the keyboard is on. They go with the pointer and
 * the focus, so that nothing lies over a text that somebody reads; while something that they opened is open (`isHeld`) they stay.
 */
export function usePointedMessage(
  list: RefObject<HTMLElement | null>,
  isHeld: boolean,
): { pointed: number | undefined; point: (seq: number) => void; focus: (seq: number, at: Element) => void } {
  const [hovered, setHovered] = useState<number>();
  const [focused, setFocused] = useState<number>();
  const isShown = hovered !== undefined || focused !== undefined;
  const held = useRef(isHeld);
  held.current = isHeld;

  useEffect(() => {
    if (!isShown) return;
    const isAway = (target: EventTarget | null) =>
      !held.current &&
      target instanceof Element &&
      !list.current?.contains(target) &&
      !target.closest('[role="dialog"],[role="alertdialog"]');
    const stopped = new AbortController();
    const { signal } = stopped;
    document.addEventListener("pointerover", ({ target }) => isAway(target) && setHovered(undefined), {
      signal,
    });
    document.documentElement.addEventListener(
      "pointerleave",
      ({ pointerType }) => pointerType === "mouse" && !held.current && setHovered(undefined),
      { signal },
    );
    document.addEventListener("focusin", ({ target }) => isAway(target) && setFocused(undefined), { signal });
    return () => stopped.abort();
  }, [isShown, list]);

  return {
    pointed: hovered ?? focused,
    point: setHovered,
    // A press of the mouse puts the focus on a message too; its tools follow the mouse.
    focus: (seq, at) => at.matches(":focus-visible") && setFocused(seq),
  };
}
