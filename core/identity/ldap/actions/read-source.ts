import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { csvOf } from "#shared/csv.ts";
import { isId } from "#shared/ids.ts";
import { checkImport } from "../../actions/check-import.ts";
import type { AccountClass } from "../../contract.ts";
import { classWord } from "../../import/words.ts";
import { decideEditDirectory } from "../../policy.ts";
import { todayInJapan } from "../../today.ts";
import type { LdapResult, ReadLdapSource } from "../ldap-contract.ts";
import type { LdapServices } from "../ldap-services.ts";
import { type LdapPerson, LdapUnread, readLdapPeople } from "../read-directory.ts";
import { findSource, noteLdapRead, openLdapSecret, type Source } from "../sources.ts";

const listClasses = statement<{ number: string; class: string }>(
  "identity.list-classes-by-number",
  `select p.number, a.class from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.number is not null`,
);
const listSections = statement<{ code: string; name: string }>(
  "identity.list-sections-for-ldap",
  `select code, name from section
    where tenant_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)`,
);

/**
 * Reads a directory and makes an import of it that waits to be looked at: who comes, who changes, who is missing. Nothing is written to
 * the directory here; that is done where every list is (`runImport`), with its limits and its way back.
 */
export async function readLdapSource(
  services: LdapServices,
  actor: Actor,
  id: string,
  { endMissing }: { endMissing: boolean },
): Promise<ReadLdapSource> {
  assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(id)) throw notFound();
  const { database, clock } = services;
  const { tenantId } = actor;
  const source = await database.transaction(scopeOf(tenantId), (tx) => findSource(tx, tenantId, id));
  if (!source) throw notFound();
  const read = await tryReading(services, tenantId, source);
  const result: LdapResult =
    "people" in read ? (read.people.length > 0 ? "done" : "nothing-found") : read.result;
  const known = await database.transaction(scopeOf(tenantId), async (tx) => {
    await noteLdapRead(tx, tenantId, id, clock.now(), result);
    return {
      sections: await tx.all(listSections, [tenantId, todayInJapan(clock)]),
      classes: await tx.all(listClasses, [tenantId]),
    };
  });
  if (!("people" in read) || read.people.length === 0) return { result, importId: null, people: 0 };
  const staying = read.people.filter((person) => !person.isDisabled);
  const importId = await checkImport(services, actor, {
    people: {
      name: `${source.name}.csv`,
      base64: Buffer.from(tableOf(source, staying, known)).toString("base64"),
    },
    endMissing,
  });
  return { result, importId, people: staying.length };
}

/** The people of a directory, or why there are none; the log has the reason. */
export async function tryReading(
  { keyring, log, outgoing }: LdapServices,
  tenantId: string,
  source: Source,
): Promise<{ people: LdapPerson[] } | { result: Exclude<LdapResult, "done"> }> {
  // Without a password a bind succeeds as nobody (RFC 4513, 5.1.2): that is not what was meant.
  if (!source.sealedSecret) return { result: "credentials" };
  try {
    const secret = openLdapSecret(keyring, tenantId, source);
    return { people: await readLdapPeople(source.settings, secret, outgoing) };
  } catch (error) {
    if (!(error instanceof LdapUnread)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : error.result;
    log.warn({ source: source.id, reason: cause.slice(0, 300) }, "a directory could not be read");
    return { result: error.result };
  }
}

/** The list that the import reads; what the directory does not have is no column, and so stays as it is here. */
function tableOf(
  { settings: { attributes } }: Source,
  people: readonly LdapPerson[],
  {
    sections,
    classes,
  }: {
    sections: readonly { code: string; name: string }[];
    classes: readonly { number: string; class: string }[];
  },
): string {
  const codes = new Set(sections.map(({ code }) => code));
  const byName = Map.groupBy(sections, ({ name }) => name);
  // By its code or its one name; anything else stands as it is, and the import says what is wrong with it.
  const sectionOf = (department: string) =>
    codes.has(department)
      ? department
      : byName.get(department)?.length === 1
        ? byName.get(department)![0]!.code
        : department;
  const columns: [heading: string, attribute: string, read: (person: LdapPerson) => string][] = [
    ["職員番号", attributes.number, ({ number }) => number],
    ["氏名", attributes.name, ({ name }) => name],
    ["カナ", attributes.kana, ({ kana }) => kana],
    ["所属コード", attributes.department, ({ department }) => sectionOf(department)],
    ["役職", attributes.title, ({ title }) => title],
    ["電話", attributes.phone, ({ phone }) => phone],
    ["ログインID", attributes.loginId, ({ loginId }) => loginId],
  ];
  const used = columns.filter(([, attribute]) => attribute !== "");
  const headings = used.map(([heading]) => heading);
  const rows = people.map((person) => used.map(([, , read]) => read(person)));
  if (attributes.loginId === "") return csvOf([headings, ...rows]);
  // Whoever has an account keeps its class.
  const classOf = new Map(classes.map((row) => [row.number, row.class as AccountClass]));
  const classed = rows.map((row, at) => [...row, classWord(classOf.get(people[at]!.number) ?? "telework")]);
  return csvOf([[...headings, "アカウント区分"], ...classed]);
}
