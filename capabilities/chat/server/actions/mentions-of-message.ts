import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { MentionTarget } from "../../contract.ts";

const addRows = statement<never>(
  "chat.add-mentions",
  `insert into message_mention (tenant_id, person_id, room_id, seq)
   select $1, m.person_id, $2, $3 from room_member m
    where m.tenant_id = $1 and m.room_id = $2 and m.person_id = any($4::uuid[])
   on conflict do nothing`,
);
// Found through the members: the key of a mention begins with its person.
const removeOthers = statement<never>(
  "chat.remove-other-mentions",
  `delete from message_mention mm using room_member m
    where m.tenant_id = $1 and m.room_id = $2 and mm.tenant_id = $1 and mm.room_id = $2 and mm.seq = $3
      and mm.person_id = m.person_id and mm.person_id <> all($4::uuid[])`,
);

/** For whom a changed message counts as a mention from now on: by name, or by a section or post that it still names. */
export async function replaceMentions(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  seq: number,
  mentions: readonly string[],
  targets: readonly MentionTarget[],
): Promise<void> {
  const people = [...new Set([...mentions, ...targets.flatMap((target) => target.personIds)])];
  // Everybody who was there has it already; those for whom it is new are among the mentions.
  if (!targets.some((target) => target.kind === "everybody"))
    await tx.run(removeOthers, [actor.tenantId, roomId, seq, people]);
  if (people.length > 0) await tx.run(addRows, [actor.tenantId, roomId, seq, people]);
}
