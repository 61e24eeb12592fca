import { type Database, scopeOf } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { MentionTarget, MentionTargetRequest } from "../../contract.ts";
import { decideMentionEverybody, decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { readChatSettings } from "../queries/get-chat-settings.ts";
import { listMemberPosts, type MemberPost } from "../queries/list-mention-targets.ts";

/** What a message mentions by section, post or as everybody, and everybody whom that counts for. */
export type ResolvedTargets = { targets: MentionTarget[]; personIds: string[] };

/**
 * Finds the members behind sections, posts and "everybody" at the moment of sending. Read before the send's own transaction, so
 * that ordinary messages are not slower for it; who is no longer a member there is not counted (the send joins the members).
 */
export async function resolveMentionTargets(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  requested: readonly MentionTargetRequest[],
): Promise<ResolvedTargets> {
  if (!isId(roomId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideReadRoom(facts));
    const rows = await listMemberPosts(tx, actor, roomId, todayInJapan(clock));
    const everybody = new Set(rows.map((row) => row.person_id));
    if (requested.some((target) => target.kind === "everybody")) {
      const settings = await readChatSettings(tx, actor.tenantId);
      assertAllowed(actor, decideMentionEverybody(actor, facts, everybody.size, settings));
    }
    const reached = new Set<string>();
    const targets = requested.map((target): MentionTarget => {
      const found = rows.filter((row) => isMeant(row, target));
      if (found.length === 0) throw new AppError("invalid-request", { where: "body.mentionTargets" });
      const people = new Set(found.map((row) => row.person_id));
      people.delete(actor.personId);
      for (const id of people) reached.add(id);
      return {
        kind: target.kind,
        name:
          target.kind === "post" ? target.name : target.kind === "section" ? found[0]!.section_name! : "全員",
        count: people.size,
        personIds: target.kind === "everybody" ? [] : [...people].sort(),
      };
    });
    return { targets, personIds: [...reached] };
  });
}

function isMeant(row: MemberPost, target: MentionTargetRequest): boolean {
  if (target.kind === "section") return row.section_id === target.sectionId.toLowerCase();
  return target.kind === "everybody" || row.post_name === target.name;
}
