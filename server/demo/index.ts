import type { Database } from "#core/db/index.ts";
import type { SignInPage } from "#core/identity/contract.ts";
import { createMunicipality, Tenants } from "#core/identity/index.ts";
import type { Clock, Keyring, Logger } from "#core/kernel/index.ts";

/** Makes the demo municipality at the first start; returns what the console prints about it. */
export async function prepareDemo(
  database: Database,
  _keyring: Keyring,
  clock: Clock,
  _dataDirectory: string,
  _log: Logger,
): Promise<string[]> {
  if ((await new Tenants(database, clock).list()).length === 0)
    await createMunicipality(database, clock, {
      slug: "demo",
      name: "デモ市",
      isDemo: true,
      operatorRequired: false,
    });
  return [];
}

/** The people of the sign-in page's picker; nobody in a real installation. */
export function demoPeopleOf(_dataDirectory: string | undefined) {
  return async (): Promise<SignInPage["demoPeople"]> => [];
}
