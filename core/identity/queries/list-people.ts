import { createHmac } from "node:crypto";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { romajiPattern } from "#shared/romaji.ts";
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
      and ($3::uuid[] is null or p.section_id = any($3)
           or exists (select from post_assignment x where x.tenant_id = p.tenant_id and x.person_id = p.id
                         and x.section_id = any($3) and x.valid_from <= $8 and (x.valid_until is null or x.valid_until > $8)))
      and (p.search_key ~ $11 or s.search_key ~ $11 or not exists (
             select from unnest($4::text[], $12::text[]) as wanted(word, kana)
              where strpos(p.search_key, word) = 0 and strpos(coalesce(s.search_key, ''), word) = 0
                and (kana is null or (p.search_key !~ kana and coalesce(s.search_key, '') !~ kana))
                and strpos(coalesce(p.post_name, ''), word) = 0
                and ($10 or (strpos(lower(p.number), word) <> 1 and strpos(coalesce(p.extension, ''), word) <> 1))))
      and ($5::text is null or (p.kana, p.id) > ($5, $6::uuid))
    order by p.kana, p.id
    limit $7`,
);

const sectionsBelow = statement<{ id: string }>(
  "identity.list-sections-below",
  `with recursive below as (
     select id from section where tenant_id = $1 and id = $2
     union
     select s.id from section s join below b on s.parent_id = b.id where s.tenant_id = $1
   ) select id from below`,
);

/**
 * The directory as far as the actor may see it, by kana. Searching looks at names, kana, former names, posts and the names of
 * sections, in romaji too (`zaiseika`), and at the start of 職員番号 and 内線 unless a guest asks; a municipality's directory is small enough (5,000 people) to be read through.
 */
export async function listPeople(
  database: Database,
  actor: Actor,
  query: PeopleQuery,
  roommates: Roommates,
  cursorKey: Buffer,
  today: string,
): Promise<PeoplePage> {
  const words = (query.q ?? "")
    .split(/[\s\u3000]+/)
    .map(searchKey)
    .filter((word) => word !== "");
  const filter = `${actor.personId} ${words.join(" ")} ${query.section ?? ""} ${query.below ?? ""} ${query.ids ?? ""}`;
  const after = query.cursor === undefined ? undefined : openCursor(cursorKey, filter, query.cursor);
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const visible = visiblePeople(actor, actor.kind === "guest" ? await roommates(tx, actor) : []);
    const sections =
      query.section === undefined
        ? null
        : query.below !== "yes" || actor.kind === "guest"
          ? [query.section]
          : (await tx.all(sectionsBelow, [actor.tenantId, query.section])).map((section) => section.id);
    const rows = await tx.all(peopleByKana, [
      actor.tenantId,
      visible ?? null,
      sections,
      words,
      after?.kana ?? null,
      after?.id ?? null,
      query.limit + 1,
      today,
      query.ids?.split(",").filter(isId) ?? null,
      actor.kind === "guest",
      // The whole as one word too: `zaisei k` is a section whose name is still being typed.
      romajiPattern(query.q ?? "") ?? null,
      words.map((word) => romajiPattern(word) ?? null),
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
