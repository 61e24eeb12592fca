import { createHmac } from "node:crypto";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { PeoplePage, PeopleQuery } from "../contract.ts";
import { visiblePeople } from "../policy.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./person-summaries.ts";

/** Who shares a room with the actor; given by the capability that knows rooms. */
export type Roommates = (tx: Transaction, actor: Actor) => Promise<string[]>;

const peopleByKana = statement<PersonSummaryRow>(
  "identity.list-people",
  `select ${personSummaryColumns} from person p ${personSummaryJoin}
    where p.tenant_id = $1 and (p.left_at is null or $9::uuid[] is not null)
      and ($9::uuid[] is null or p.id = any($9))
      and ($2::uuid[] is null or p.id = any($2))
      and ($3::uuid is null or p.section_id = $3
           or exists (select from post_assignment x where x.tenant_id = p.tenant_id and x.person_id = p.id
                         and x.section_id = $3 and x.valid_from <= $8 and (x.valid_until is null or x.valid_until > $8)))
      and ($4 = '' or strpos(p.search_key, $4) > 0 or strpos(s.search_key, $4) > 0)
      and ($5::text is null or (p.kana, p.id) > ($5, $6::uuid))
    order by p.kana, p.id
    limit $7`,
);

/**
 * The directory as far as the actor may see it, by kana. Searching looks at names, kana, former names and the names of
 * sections; a municipality's directory is small enough (5,000 people) to be read through.
 */
export async function listPeople(
  database: Database,
  actor: Actor,
  query: PeopleQuery,
  roommates: Roommates,
  cursorKey: Buffer,
  today: string,
): Promise<PeoplePage> {
  const key = searchKey(query.q ?? "");
  const filter = `${actor.personId} ${key} ${query.section ?? ""} ${query.ids ?? ""}`;
  const after = query.cursor === undefined ? undefined : openCursor(cursorKey, filter, query.cursor);
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const visible = visiblePeople(actor, actor.kind === "guest" ? await roommates(tx, actor) : []);
    const rows = await tx.all(peopleByKana, [
      actor.tenantId,
      visible ?? null,
      query.section ?? null,
      key,
      after?.kana ?? null,
      after?.id ?? null,
      query.limit + 1,
      today,
      query.ids?.split(",").filter(isId) ?? null,
    ]);
    const items = rows.slice(0, query.limit).map(toPersonSummary);
    const last = items.at(-1);
    return { items, next: rows.length > query.limit && last ? sealCursor(cursorKey, filter, last) : null };
  });
}

/** A cursor is bound to its filter and actor: it cannot be used to look elsewhere. */
function sealCursor(key: Buffer, filter: string, last: { kana: string; id: string }): string {
  const place = JSON.stringify([last.kana, last.id]);
  const tag = createHmac("sha256", key).update(filter).update("\0").update(place).digest().subarray(0, 12);
  return `${Buffer.from(place).toString("base64url")}.${tag.toString("base64url")}`;
}

function openCursor(key: Buffer, filter: string, cursor: string): { kana: string; id: string } {
  const [place = "", tag = "", ...more] = cursor.split(".");
  const text = Buffer.from(place, "base64url").toString("utf8");
  const expected = createHmac("sha256", key)
    .update(filter)
    .update("\0")
    .update(text)
    .digest()
    .subarray(0, 12);
  if (more.length > 0 || expected.toString("base64url") !== tag) throw new AppError("invalid-cursor");
  const [kana, id] = JSON.parse(text) as [string, string];
  return { kana, id };
}
