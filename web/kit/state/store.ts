/**
 * State outside React, read through selectors: a component is drawn again only when what it selected has changed, so a
 * message does not redraw five hundred rooms.
 */
import { useCallback, useRef, useSyncExternalStore } from "react";

export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** What `select` says of the store. Give `isEqual` when it builds a new array or object. */
export function useStore<T, S>(
  store: Store<T>,
  select: (value: T) => S,
  isEqual: (a: S, b: S) => boolean = Object.is,
): S {
  const last = useRef<{ value: T; select: (value: T) => S; selected: S } | undefined>(undefined);
  const read = useCallback(() => {
    const value = store.get();
    const known = last.current;
    if (known && known.value === value && known.select === select) return known.selected;
    const selected = select(value);
    if (known && isEqual(known.selected, selected)) {
      last.current = { value, select, selected: known.selected };
      return known.selected;
    }
    last.current = { value, select, selected };
    return selected;
  }, [store, select, isEqual]);
  return useSyncExternalStore(store.subscribe, read);
}

/** For selectors that build arrays: equal when every element is the same. */
export function sameElements<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((element, index) => Object.is(element, b[index]));
}
