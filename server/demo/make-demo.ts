import { join } from "node:path";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import { createMunicipality, importPeople, Tenants, todayInJapan } from "#core/identity/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import { planAsInThePaper } from "#core/licences/index.ts";
import { offices } from "#core/policy/index.ts";
import { publishFirstVersions } from "#core/rules/index.ts";
import { organisationListeners } from "../organisation-listeners.ts";
import { hasDemoAccounts, writeDemoAccounts } from "./accounts.ts";
import { DemoCredentials } from "./credentials.ts";
import { demoFiles, writeDemoFiles } from "./files.ts";
import { importDemoConversations } from "./import-conversations.ts";
import { importOfficeLife } from "./office-life.ts";

/** A city that does not exist. */
const demoCity = { slug: "minamori", name: "水杜市" } as const;

/**
 * Makes the demo city at the first start: the municipality, its people through the very import that a real city uses,
 * its conversations, DATA/demo/*.csv to look at and DATA/demo-accounts.json to sign in with. Called at every start; what is there stays,
 * and a first start that was interrupted goes on where it stopped.
 */
export async function makeDemo(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  dataDirectory: string,
): Promise<{ tenantId: string; credentials: DemoCredentials }> {
  const tenantId = await findOrCreateCity(database, clock);
  const credentials = new DemoCredentials(keyring, tenantId);
  if (!(await hasPeople(database, tenantId))) {
    const today = todayInJapan(clock);
    await writeDemoFiles(join(dataDirectory, "demo"), today);
    const report = await importPeople(database, keyring, clock, tenantId, demoFiles(today), {
      makeCredentials: credentials.make,
      organisationListeners,
      officesOfNew: offices,
    });
    if (report.outcome !== "imported")
      throw new Error(`the demo's lists were not imported: ${JSON.stringify(report.issues.slice(0, 3))}`);
  }
  // The file of accounts is written last and says that all is there.
  if (!hasDemoAccounts(dataDirectory)) {
    await importDemoConversations(database, clock, tenantId);
    await importOfficeLife(database, keyring, clock, tenantId);
  }
  await planAsInThePaper(database, tenantId, clock.now());
  await publishFirstVersions(database, tenantId, clock.now());
  await writeDemoAccounts(database, tenantId, credentials, dataDirectory);
  return { tenantId, credentials };
}

async function findOrCreateCity(database: Database, clock: Clock): Promise<string> {
  const known = (await new Tenants(database, clock).list()).find((tenant) => tenant.isDemo);
  if (known) return known.id;
  // Whoever tries a section account in the demo is not stopped by the question who sits there; a real city asks.
  const { tenantId } = await createMunicipality(database, clock, {
    ...demoCity,
    isDemo: true,
    operatorRequired: false,
  });
  return tenantId;
}

async function hasPeople(database: Database, tenantId: string): Promise<boolean> {
  const anybody = build.selectFrom("person").select("id").where("tenant_id", "=", tenantId).limit(1);
  return (await database.transaction(scopeOf(tenantId), (tx) => tx.first(anybody))) !== undefined;
}
