import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId, newId } from "#shared/ids.ts";
import type { AssignPostRequest } from "../contract.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import type { EditServices } from "./change-person.ts";
import { lockDirectory } from "./import-people.ts";
import { settlePeople } from "./settle-people.ts";

const findStaff = statement<{ kind: string }>(
  "identity.find-staff-to-assign",
  "select kind from person where tenant_id = $1 and id = $2 and left_at is null",
);
const findSectionOn = statement<{ id: string }>(
  "identity.find-section-on",
  `select id from section where tenant_id = $1 and id = $2 and valid_from <= $3
      and (valid_until is null or valid_until > $3)`,
);
const removeReplaced = statement<never>(
  "identity.remove-replaced-posts",
  `delete from post_assignment where tenant_id = $1 and person_id = $2 and valid_from >= $3
      and (is_main and $4 or section_id = $5)`,
);
const closeReplaced = statement<never>(
  "identity.close-replaced-posts",
  `update post_assignment set valid_until = $3
    where tenant_id = $1 and person_id = $2 and valid_from < $3 and (valid_until is null or valid_until > $3)
      and (is_main and $4 or section_id = $5)`,
);
const insertPost = statement<never>(
  "identity.insert-post",
  `insert into post_assignment (tenant_id, id, person_id, section_id, post_name, is_main, valid_from)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);

/**
 * Moves somebody (a main post) or gives them a post in another section as well (兼務), from a day on: today, or later, and
 * then it takes effect by itself at 0:00. A new main post ends the one before and replaces those that were to come.
 *
 * @returns the id of the post
 */
export async function assignPost(
  { database, clock, organisationListeners }: EditServices,
  actor: Actor,
  personId: string,
  request: AssignPostRequest,
): Promise<string> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(personId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const today = todayInJapan(clock);
  const id = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    const person = await tx.first(findStaff, [tenantId, personId]);
    if (!person) throw notFound();
    if (person.kind === "guest")
      throw new AppError("invalid-request", { where: "body.sectionId", reason: "a guest has no section" });
    if (!(await tx.first(findSectionOn, [tenantId, request.sectionId, request.from])))
      throw new AppError("invalid-request", {
        where: "body.sectionId",
        reason: "no such section on that day",
      });
    const replaced = [tenantId, personId, request.from, request.isMain, request.sectionId];
    await tx.run(removeReplaced, replaced);
    await tx.run(closeReplaced, replaced);
    await tx.run(insertPost, [
      tenantId,
      id,
      personId,
      request.sectionId,
      request.postName,
      request.isMain,
      request.from,
    ]);
    const { events } = await settlePeople(tx, {
      tenantId,
      now,
      today,
      personIds: [personId],
      listeners: organisationListeners,
    });
    await recordAudit(tx, actor, now, {
      action: "post.assigned",
      subjectId: personId,
      rule,
      facts: { section: request.sectionId, isMain: request.isMain, from: request.from },
    });
    await publish(tx, now, events);
  });
  return id;
}

const findPost = statement<{ is_main: boolean; valid_from: string }>(
  "identity.find-post-to-end",
  `select is_main, valid_from from post_assignment
    where tenant_id = $1 and id = $2 and person_id = $3 and (valid_until is null or valid_until > $4)`,
);
const deletePost = statement<never>(
  "identity.delete-post",
  "delete from post_assignment where tenant_id = $1 and id = $2",
);
const closePost = statement<never>(
  "identity.close-post",
  "update post_assignment set valid_until = $3 where tenant_id = $1 and id = $2",
);
const reopenMain = statement<never>(
  "identity.reopen-main-post",
  `update post_assignment set valid_until = null
    where tenant_id = $1 and person_id = $2 and is_main and valid_until = $3`,
);

/**
 * Ends a concurrent post today, or takes back a post that has not begun; the main post that it was to replace then goes
 * on. A main post in effect is not ended but replaced by another one, or by a last day.
 */
export async function endPost(
  { database, clock, organisationListeners }: EditServices,
  actor: Actor,
  personId: string,
  postId: string,
): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(personId) || !isId(postId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const today = todayInJapan(clock);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    const post = await tx.first(findPost, [tenantId, postId, personId, today]);
    if (!post) throw notFound();
    if (post.is_main && post.valid_from <= today)
      throw new AppError("conflict", {
        reason: "本務は、異動か退職の登録で終わります",
        reasonEn: "a main post ends by a move or by a last day",
      });
    if (post.valid_from >= today) await tx.run(deletePost, [tenantId, postId]);
    else await tx.run(closePost, [tenantId, postId, today]);
    if (post.is_main) await tx.run(reopenMain, [tenantId, personId, post.valid_from]);
    const { events } = await settlePeople(tx, {
      tenantId,
      now,
      today,
      personIds: [personId],
      listeners: organisationListeners,
    });
    await recordAudit(tx, actor, now, {
      action: "post.ended",
      subjectId: personId,
      rule,
      facts: { post: postId },
    });
    await publish(tx, now, events);
  });
}
