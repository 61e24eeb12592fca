import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { News, NewsQuery, NotificationKind } from "../contract.ts";
import type { Described, Reaches } from "../reached.ts";
import { getChoices } from "./notification-settings.ts";

type Row = { topic_id: string; kind: string; seq: number | null; at: Date };

const listNotifications = statement<Row>(
  "reach.list-notifications",
  `select topic_id, kind, seq, at from notification
    where tenant_id = $1 and person_id = $2 and (kind <> 'test' or topic_id = $3)
    order by at desc limit 200`,
);

const findLanguage = statement<{ language: string }>(
  "reach.find-language",
  "select language from push_subscription where tenant_id = $1 and session_id = $2",
);

/** More at once help nobody; the newest come first. */
const itemsShown = 4;

const words = {
  ja: {
    something: "新しい連絡があります",
    test: "試しの通知です",
    testBody: "この端末に通知が届くことを確かめました。",
    direct: "1対1のメッセージ",
    mention: "あなた宛てのメッセージ",
    confirmation: "確認のお願い",
    reminder: "確認のお願い（再度）",
    guests: "ゲストの期限・棚卸しをご確認ください",
    rules: "運用ルールへの同意をお願いします",
    devices: "端末の承認についてご確認ください",
    media: "可搬媒体の利用簿をご確認ください",
    inspections: "ルームの閲覧の申請についてご確認ください",
  },
  en: {
    something: "There is something new",
    test: "A test notification",
    testBody: "Notifications reach this device.",
    direct: "A direct message",
    mention: "A message for you",
    confirmation: "Please confirm",
    reminder: "Please confirm (reminder)",
    guests: "A guest's term or review waits for you",
    rules: "Please agree to the operating rules",
    devices: "The approval of a device needs a look",
    media: "The log of removable media needs a look",
    inspections: "A request for an inspection needs a look",
  },
} as const;

/** What the actor's device shows after a push. What has been read, or may no longer be seen, is not in it. */
export function listNews(
  database: Database,
  clock: Clock,
  reaches: Reaches,
  actor: Actor,
  query: NewsQuery,
): Promise<News> {
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const { tenantId, personId, sessionId } = actor;
    const [choices, rows, subscription] = await Promise.all([
      getChoices(tx, tenantId, personId),
      tx.all(listNotifications, [tenantId, personId, sessionId]),
      tx.first(findLanguage, [tenantId, sessionId]),
    ]);
    const described = await describe(tx, reaches, tenantId, personId, actor, rows);
    const after = query.after ? Date.parse(query.after) : 0;
    const isNew = new Set(rows.filter(({ at }) => at.getTime() > after).map(keyOf));
    const fresh = described.filter((item) => isNew.has(keyOf({ topic_id: item.topicId, kind: item.kind })));
    const say = words[subscription?.language === "en" ? "en" : "ja"];
    const isTested = rows.some((row) => row.kind === "test" && isNew.has(keyOf(row)));
    const items: News["items"] = [];
    if (isTested) items.push(itemOf("chonai-test", say.test, say.testBody, "/settings/notifications"));
    if (fresh.length > 0 && choices.shows === "nothing") {
      const path = fresh.length === 1 ? fresh[0]!.path : "/rooms";
      items.push(itemOf("chonai", say.something, "", path));
    } else
      for (const { topicId, kind, roomName, senderName, excerpt, path } of fresh.slice(0, itemsShown)) {
        if (roomName === "") {
          items.push(itemOf(`chonai-${kind}-${topicId}`, say[kind], "", path));
          continue;
        }
        const says =
          choices.shows === "text" ? [senderName, excerpt].filter(Boolean).join(": ") : say[kind as "direct"];
        items.push(itemOf(`chonai-${topicId}`, roomName, says, path));
      }
    const newest = rows[0]?.at ?? clock.now();
    return {
      items,
      waiting: new Set(described.map(({ topicId }) => topicId)).size,
      next: new Date(Math.max(after, newest.getTime())).toISOString(),
    };
  });
}

/**
 * Whether anything is left that a person would be shown in a device's zone: a push for what was read meanwhile, or may not be
 * read there, wakes nobody.
 */
export async function isAnythingNew(
  tx: Transaction,
  reaches: Reaches,
  tenantId: string,
  personId: string,
  zone: string,
): Promise<boolean> {
  const rows = await tx.all(listNotifications, [tenantId, personId, null]);
  return (await describe(tx, reaches, tenantId, personId, { zone, offices: [] }, rows)).length > 0;
}

async function describe(
  tx: Transaction,
  reaches: Reaches,
  tenantId: string,
  personId: string,
  device: Pick<Actor, "zone" | "offices">,
  rows: readonly Row[],
): Promise<Described[]> {
  const asked = rows.flatMap(({ topic_id, kind, seq }) =>
    seq === null ? [] : [{ topicId: topic_id, kind: kind as NotificationKind, seq }],
  );
  return asked.length === 0 ? [] : reaches.describe(tx, tenantId, personId, device, asked);
}

function keyOf({ topic_id, kind }: Pick<Row, "topic_id" | "kind">): string {
  return `${topic_id} ${kind}`;
}

function itemOf(tag: string, title: string, body: string, path: string): News["items"][number] {
  return { tag, title, body, path, isSilent: false };
}
