import { build, type Database, scopeOf } from "#core/db/index.ts";
import {
  checkImport,
  type ImportedRole,
  importSectionRoles,
  runImport,
  todayInJapan,
} from "#core/identity/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { importStatuses } from "#core/reach/index.ts";
import { Cast } from "./cast.ts";
import { makeDemoEquipment } from "./demo-equipment.ts";
import { reorganisationFiles } from "./files.ts";
import { type DemoPerson, demoPeople } from "./people.ts";
import { picked } from "./picked.ts";
import { demoStatuses } from "./statuses.ts";

/** What an office has beside its lists and its talk: required roles, statuses of today, equipment and loans of media, and April's reorganisation booked. */
export async function importOfficeLife(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  tenantId: string,
): Promise<void> {
  const people = demoPeople();
  const [ids, sections, booked] = await database.transaction(scopeOf(tenantId), async (tx) => [
    await tx.all(build.selectFrom("person").select(["id", "number"]).where("tenant_id", "=", tenantId)),
    await tx.all(build.selectFrom("section").select(["id", "code"]).where("tenant_id", "=", tenantId)),
    await tx.all(
      build.selectFrom("directory_import").select("id").where("tenant_id", "=", tenantId).limit(1),
    ),
  ]);
  const idByNumber = new Map(ids.map(({ number, id }) => [number, id]));
  const idOf = (person: DemoPerson) => idByNumber.get(person.number)!;
  await importSectionRoles(
    database,
    clock,
    tenantId,
    sections.flatMap(({ id, code }) => rolesOf(id, code, people, idOf)),
  );
  await importStatuses(
    database,
    tenantId,
    demoStatuses(people, clock.now()).map(({ person, ...status }) => ({ ...status, personId: idOf(person) })),
  );
  const administrator = new Cast(people.filter(({ loginId }) => loginId !== "")).get(picked.headOfIt);
  await makeDemoEquipment({ database, clock }, actorOf(tenantId, idOf(administrator)), people, idOf);
  if (booked.length === 0)
    await bookReorganisation({ database, keyring, clock }, actorOf(tenantId, idOf(administrator)));
}

/** The head answers for information; in some sections somebody who was transferred has not been replaced yet. */
function rolesOf(
  sectionId: string,
  code: string,
  people: readonly DemoPerson[],
  idOf: (person: DemoPerson) => string,
): ImportedRole[] {
  const staff = people.filter((person) => person.kind === "職員" && person.sectionCode === code);
  const [head, second = head, third = second] = staff;
  if (!head || !second || !third) return [];
  const place = Number(code.slice(0, 4));
  const role = (name: ImportedRole["role"], person: DemoPerson): ImportedRole => ({
    sectionId,
    role: name,
    personId: idOf(person),
    from: "2024-04-01",
  });
  return [
    role("information-head", head),
    ...(place % 29 === 5 ? [] : [role("security-officer", second)]),
    ...(place % 23 === 7 ? [] : [role("systems-officer", third)]),
  ];
}

/** The head of the digital section, at the office. */
function actorOf(tenantId: string, personId: string): Actor {
  return {
    tenantId,
    personId,
    kind: "staff",
    accountClass: "video-tablet",
    offices: ["accounts"],
    operatorId: null,
    zone: "lgwan",
    deviceId: personId,
    device: { owned: "issued", isApproved: true },
    sessionId: personId,
  };
}

type Services = { database: Database; keyring: Keyring; clock: Clock };

/** As an administrator does it in the web: checked for 1 April, then booked. */
async function bookReorganisation(services: Services, actor: Actor): Promise<void> {
  const today = todayInJapan(services.clock);
  const year = Number(today.slice(0, 4)) + (today.slice(5) >= "04-01" ? 1 : 0);
  const on = `${year}-04-01`;
  const files = reorganisationFiles(on);
  const id = await checkImport(services, actor, {
    sections: { name: `組織改正_${year}年4月.csv`, base64: files.sections.toString("base64") },
    people: { name: `人事異動_${year}年4月.csv`, base64: files.people.toString("base64") },
    endMissing: false,
    on,
  });
  await runImport({ ...services, organisationListeners: [], importProgress: new Map() }, actor, id);
}
