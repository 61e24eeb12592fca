/**
 * How features tell whom to reach. They read the stream's events behind the commit, and describe what a notification
 * stands for with the rights of the moment in which it is shown.
 */
import type { Transaction } from "#core/db/index.ts";
import type { Office, Zone } from "#core/policy/index.ts";
import type { NotificationKind } from "./contract.ts";

/** Somebody who is to be told of something. */
export type Reached = {
  personId: string;
  kind: Exclude<NotificationKind, "test">;
  /** A room; for what waits outside of them, what it is about. */
  topicId: string;
  /** The number of a message; outside of rooms the event's position. */
  seq: number;
};

/** An event of the stream, as far as it matters here. */
export type FollowedEvent = {
  position: number;
  type: string;
  topicId: string | null;
  /** Set when it is for one person alone. */
  personId: string | null;
  fields: unknown;
};

/** What a notification stands for, as its reader may see it now. */
export type Described = {
  topicId: string;
  kind: NotificationKind;
  /** Empty for what is in no room: then the words of its kind stand in its place. */
  roomName: string;
  senderName: string | null;
  excerpt: string;
  path: string;
};

/** What a feature gives. */
export type Reaches = {
  /** What its notifications are. */
  kinds: ReadonlySet<NotificationKind>;
  /** The events that may be for somebody. */
  types: ReadonlySet<string>;
  /** Whom these events are for, among `subscribed`. Mute and archived rooms are the feature's affair. */
  listReached(
    tx: Transaction,
    tenantId: string,
    events: readonly FollowedEvent[],
    subscribed: readonly string[],
  ): Promise<Reached[]>;
  /** What is still unread of these, and may be seen by a device in this zone: everything else is left out. */
  describe(
    tx: Transaction,
    tenantId: string,
    personId: string,
    device: { zone: Zone; offices: readonly Office[] },
    notifications: readonly { topicId: string; kind: NotificationKind; seq: number }[],
  ): Promise<Described[]>;
};

/** What several features give, each asked for its own events and kinds alone. */
export function joinReaches(all: readonly Reaches[]): Reaches {
  return {
    kinds: new Set(all.flatMap(({ kinds }) => [...kinds])),
    types: new Set(all.flatMap(({ types }) => [...types])),
    async listReached(tx, tenantId, events, subscribed) {
      const found = all.map(({ types, listReached }) => {
        const own = events.filter(({ type }) => types.has(type));
        return own.length === 0 ? [] : listReached(tx, tenantId, own, subscribed);
      });
      return (await Promise.all(found)).flat();
    },
    async describe(tx, tenantId, personId, device, notifications) {
      const found = all.map(({ kinds, describe }) => {
        const own = notifications.filter(({ kind }) => kinds.has(kind));
        return own.length === 0 ? [] : describe(tx, tenantId, personId, device, own);
      });
      return (await Promise.all(found)).flat();
    },
  };
}
