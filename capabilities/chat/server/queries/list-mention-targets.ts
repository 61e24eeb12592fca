import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { MentionTargetsPage } from "../../contract.ts";
import { decideMentionEverybody, decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";
import { readChatSettings } from "./get-chat-settings.ts";

/** A member with a section and a post of theirs; people with several posts (兼務) have several rows. */
export type MemberPost = {
  person_id: string;
  section_id: string | null;
  section_name: string | null;
  section_kana: string | null;
  post_name: string | null;
};

const postsOfMembers = statement<MemberPost>(
  "chat.posts-of-members",
  `select m.person_id, s.id as section_id, s.name as section_name, s.kana as section_kana, x.post_name
     from room_member m
     join person p on p.tenant_id = $1 and p.id = m.person_id
    cross join lateral (
      select p.section_id, p.post_name
       union
      select a.section_id, a.post_name from post_assignment a
       where $4 and a.tenant_id = $1 and a.person_id = m.person_id and a.valid_from <= $3
         and (a.valid_until is null or a.valid_until > $3)) x
     left join section s on s.tenant_id = $1 and s.id = x.section_id
    where m.tenant_id = $1 and m.room_id = $2 and p.left_at is null`,
);

/** As far as the actor may know them: to guests, everybody has the one section and post that stands beside the name. */
export function listMemberPosts(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  today: string,
): Promise<MemberPost[]> {
  return tx.all(postsOfMembers, [actor.tenantId, roomId, today, actor.kind !== "guest"]);
}

/** Sections and posts of a room's members with how many people each reaches, and whether everybody may be mentioned. */
export async function listMentionTargets(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
): Promise<MentionTargetsPage> {
  if (!isId(roomId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideReadRoom(facts));
    const rows = await listMemberPosts(tx, actor, roomId, todayInJapan(clock));
    const settings = await readChatSettings(tx, actor.tenantId);
    const sections = new Map<string, { name: string; kana: string; people: Set<string> }>();
    const posts = new Map<string, Set<string>>();
    const everybody = new Set<string>();
    for (const row of rows) {
      everybody.add(row.person_id);
      if (row.person_id === actor.personId) continue;
      if (row.section_id !== null) {
        const section = sections.get(row.section_id) ?? {
          name: row.section_name ?? "",
          kana: row.section_kana ?? "",
          people: new Set(),
        };
        sections.set(row.section_id, section);
        section.people.add(row.person_id);
      }
      if (row.post_name) posts.set(row.post_name, (posts.get(row.post_name) ?? new Set()).add(row.person_id));
    }
    const decision = decideMentionEverybody(actor, facts, everybody.size, settings);
    return {
      sections: [...sections].map(([id, { name, kana, people }]) => ({ id, name, kana, count: people.size })),
      posts: [...posts].map(([name, people]) => ({ name, count: people.size })),
      everybody: {
        count: everybody.size - 1,
        isAllowed: decision.kind === "allow",
        because: decision.kind === "allow" ? null : { ja: decision.because.ja, en: decision.because.en },
      },
    };
  });
}
