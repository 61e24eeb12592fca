/**
 * Shortcuts by key. They do nothing while a word is being composed (IME), and those of a single letter do nothing while
 * something is being typed.
 */
import { useEffect, useRef } from "react";

export type Shortcuts = { readonly [keys: string]: (event: KeyboardEvent) => void };

/** Keys are written as `alt+shift+ArrowDown`, `ctrl+k`, `?`; ctrl is also Command on a Mac. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event)) return;
      if (!event.altKey && !event.ctrlKey && !event.metaKey && isTyping(event.target)) return;
      const action = current.current[keysOf(event)];
      if (!action || document.querySelector('[role="dialog"],[role="alertdialog"]')) return;
      event.preventDefault();
      action(event);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** True while the input method is choosing characters: such a key belongs to it. 229 is Safari's and older Edge's sign. */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}

function keysOf(event: KeyboardEvent): string {
  const isLetter = /^Key[A-Z]$/.test(event.code);
  // With Alt, a Mac's key is another character: its place on the keyboard says what was meant.
  const key =
    event.altKey && isLetter
      ? event.code.slice(3).toLowerCase()
      : event.key.length === 1
        ? event.key.toLowerCase()
        : event.key;
  const shift = event.shiftKey && event.key.length > 1 ? "shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${shift}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.getAttribute("role") === "searchbox")
  );
}
