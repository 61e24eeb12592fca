/** Changes of one's own room list as functions, so that one can be made again on the list of another device. */
import type { Move } from "#web/kit/components/ordered-list.tsx";
import type { OwnSection, RoomList } from "../../contract.ts";

export type Arrange = (list: RoomList) => RoomList;

/** Puts a room among the favourites, as the last one, or takes it out. */
export const favour =
  (roomId: string, isFavourite: boolean): Arrange =>
  (list) => ({
    ...list,
    favourites: [...list.favourites.filter((id) => id !== roomId), ...(isFavourite ? [roomId] : [])],
  });

/** Moves a favourite up (-1) or down (1). */
export const moveFavourite =
  (roomId: string, by: -1 | 1): Arrange =>
  (list) => ({ ...list, favourites: moved(list.favourites, list.favourites.indexOf(roomId), by) });

/** Puts a favourite before another one, or at the end. One that another device has taken out meanwhile stays out. */
export const placeFavourite =
  ({ id, before }: Move): Arrange =>
  (list) => ({ ...list, favourites: placed(list.favourites, id, before, (each) => each) });

/** Puts a room into a section of one's own, or into none. */
export const place =
  (roomId: string, sectionId: string | null): Arrange =>
  (list) => ({
    ...list,
    sections: list.sections.map((section) => ({
      ...section,
      roomIds: [
        ...section.roomIds.filter((id) => id !== roomId),
        ...(section.id === sectionId ? [roomId] : []),
      ],
    })),
  });

export const addSection =
  (section: OwnSection): Arrange =>
  (list) => ({ ...list, sections: [...list.sections, section] });

export const renameSection =
  (id: string, name: string): Arrange =>
  (list) => ({
    ...list,
    sections: list.sections.map((section) => (section.id === id ? { ...section, name } : section)),
  });

/** Its rooms go back to where they would stand without it. */
export const removeSection =
  (id: string): Arrange =>
  (list) => ({
    ...list,
    sections: list.sections.filter((section) => section.id !== id),
    folded: list.folded.filter((folded) => folded !== id),
  });

export const placeSection =
  ({ id, before }: Move): Arrange =>
  (list) => ({ ...list, sections: placed(list.sections, id, before, (section) => section.id) });

export const fold =
  (id: string, isFolded: boolean): Arrange =>
  (list) => ({ ...list, folded: [...list.folded.filter((each) => each !== id), ...(isFolded ? [id] : [])] });

function placed<T>(items: readonly T[], id: string, before: string | null, idOf: (item: T) => string): T[] {
  const item = items.find((each) => idOf(each) === id);
  if (item === undefined || id === before) return [...items];
  const others = items.filter((each) => each !== item);
  const at = others.findIndex((each) => idOf(each) === before);
  return others.toSpliced(at < 0 ? others.length : at, 0, item);
}

function moved<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...items];
  const to = at + by;
  if (at < 0 || to < 0 || to >= next.length) return next;
  [next[at], next[to]] = [next[to]!, next[at]!];
  return next;
}
