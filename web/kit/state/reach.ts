/**
 * Where people are, as the screens know it: filled by the reach module, read by avatars and names wherever they stand.
 * A screen says whom it shows (`useWhereabouts`); nobody else is asked about.
 */

import { useEffect } from "react";
import type { PersonStatus } from "#core/reach/contract.ts";
import { serverNow } from "./clock.ts";
import { Store, useStore } from "./store.ts";

export type Presence = "active" | "away" | "offline";

/** People who are not in it are not known, or not here. */
export const presences = new Store<{ readonly [personId: string]: Presence }>({});
export const statuses = new Store<{ readonly [personId: string]: PersonStatus }>({});
/** Who types, by room, and until when (milliseconds since 1970) it is believed. */
export const typists = new Store<{ readonly [roomId: string]: { readonly [personId: string]: number } }>({});
/** The room that is open on this page. */
export const openRoom = new Store<string | null>(null);
/** The people on the screen, those who came last first. */
export const watched = new Store<readonly string[]>([]);

/** Something happened that its reader may want to know although they look elsewhere. */
export type Notice = {
  kind: "direct" | "mention" | "confirmation" | "reminder";
  roomId: string;
  roomName: string;
  senderName: string;
  excerpt: string;
  path: string;
};

type Listeners = { typing: (roomId: string) => void; notice: (notice: Notice) => void };
let listeners: Listeners | undefined;

/** The reach module listens while somebody is signed in. */
export function listenToScreens(handlers: Listeners | undefined): void {
  listeners = handlers;
}

/** The reader types in a room. */
export function sayTyping(roomId: string): void {
  listeners?.typing(roomId);
}

export function tellNotice(notice: Notice): void {
  listeners?.notice(notice);
}

const counts = new Map<string, number>();

/** Says that a person is on the screen, as long as the component is. */
export function useWhereabouts(personId: string | undefined): {
  presence: Presence | undefined;
  status: PersonStatus | undefined;
} {
  useEffect(() => {
    if (!personId) return;
    counts.set(personId, (counts.get(personId) ?? 0) + 1);
    publishWatched();
    return () => {
      const count = (counts.get(personId) ?? 1) - 1;
      if (count === 0) counts.delete(personId);
      else counts.set(personId, count);
      publishWatched();
    };
  }, [personId]);
  return {
    presence: useStore(presences, (all) => (personId ? all[personId] : undefined)),
    status: useStore(statuses, (all) => (personId ? all[personId] : undefined)),
  };
}

let isPublishing = false;

/** Once for all that changes together. */
function publishWatched(): void {
  if (isPublishing) return;
  isPublishing = true;
  queueMicrotask(() => {
    isPublishing = false;
    watched.set([...counts.keys()].reverse());
  });
}

/** A status whose time is over says nothing. */
export function currentStatus(status: PersonStatus | undefined, now = serverNow()): PersonStatus | undefined {
  if (!status?.status || (status.until !== null && Date.parse(status.until) <= now)) return undefined;
  return status;
}
