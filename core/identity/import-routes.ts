import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading, writing } from "#core/http/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { checkImport } from "./actions/check-import.ts";
import type { ImportProgress } from "./actions/import-people.ts";
import { cancelImport, type ImportServices, runImport } from "./actions/run-import.ts";
import { takeFirstPasswords } from "./actions/take-first-passwords.ts";
import { planUndo, undoImport } from "./actions/undo-import.ts";
import {
  CheckImportRequest,
  DirectoryImport,
  DirectoryImportList,
  FirstPasswords,
  UndoPlan,
} from "./contract.ts";
import { decideEditDirectory } from "./policy.ts";
import { getImport, listImports, toDirectoryImport } from "./queries/directory-imports.ts";
import type { IdentityServices } from "./routes.ts";

const ById = z.object({ id: z.string().max(100) });
const policy = decidedBy("directory.edit");
const zones = ["lgwan"] as const;
/** Each check reads whole files: some in a row while somebody corrects a list, not hundreds. */
const checking: RateLimit = { name: "import-check", perMinute: 20, burst: 20 };

/** Imports of people and sections, for administrators on the LGWAN side. */
export function importRoutes({ database, clock, keyring, organisationListeners }: IdentityServices): Route[] {
  const services: ImportServices = {
    database,
    clock,
    keyring,
    organisationListeners,
    importProgress: new Map<string, ImportProgress>(),
  };
  const read = async (actor: Actor, id: string) => {
    assertAllowed(actor, decideEditDirectory(actor));
    const row = await database.transaction(scopeOf(actor.tenantId), (tx) =>
      getImport(tx, actor.tenantId, id),
    );
    return toDirectoryImport(row, services.importProgress.get(id), clock.now());
  };

  return [
    defineRoute({
      name: "identity.check-import",
      method: "POST",
      path: "/api/v1/directory-imports",
      summary:
        "Reads lists of sections and people (CSV or Excel) and says what they would change; changes nothing.",
      zones,
      request: { body: CheckImportRequest },
      response: { statuses: [201], schema: DirectoryImport },
      policy,
      limit: checking,
      bodyLimit: 15 * 1024 * 1024,
      admit: (actor) => void assertAllowed(actor, decideEditDirectory(actor)),
      handler: async ({ actor, body }) => ({
        status: 201,
        body: await read(actor, await checkImport(services, actor, body)),
      }),
    }),

    defineRoute({
      name: "identity.list-imports",
      method: "GET",
      path: "/api/v1/directory-imports",
      summary: "The newest fifty imports: checked, booked, done, undone.",
      zones,
      request: {},
      response: { statuses: [200], schema: DirectoryImportList },
      policy,
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideEditDirectory(actor));
        const items = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listImports(tx, actor.tenantId),
        );
        return { status: 200, body: { items } };
      },
    }),

    defineRoute({
      name: "identity.get-import",
      method: "GET",
      path: "/api/v1/directory-imports/{id}",
      summary: "An import with all that it would do or did, and how far it is while it is being written.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: DirectoryImport },
      policy,
      limit: reading,
      handler: async ({ actor, params }) => ({ status: 200, body: await read(actor, params.id) }),
    }),

    defineRoute({
      name: "identity.run-import",
      method: "POST",
      path: "/api/v1/directory-imports/{id}/run",
      summary:
        "Writes a checked import, all of it or nothing; one with a day to come is booked for that day.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: DirectoryImport },
      policy,
      limit: writing,
      handler: async ({ actor, params }) => {
        await runImport(services, actor, params.id);
        return { status: 200, body: await read(actor, params.id) };
      },
    }),

    defineRoute({
      name: "identity.cancel-import",
      method: "POST",
      path: "/api/v1/directory-imports/{id}/cancel",
      summary: "Drops an import that is checked or booked and not yet written.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: DirectoryImport },
      policy,
      limit: writing,
      handler: async ({ actor, params }) => {
        await cancelImport(services, actor, params.id);
        return { status: 200, body: await read(actor, params.id) };
      },
    }),

    defineRoute({
      name: "identity.take-first-passwords",
      method: "POST",
      path: "/api/v1/directory-imports/{id}/first-passwords",
      summary:
        "The first passwords of the accounts that an import opened, once, for the administrator who made it.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: FirstPasswords },
      policy,
      limit: writing,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await takeFirstPasswords(services, actor, params.id),
      }),
    }),

    defineRoute({
      name: "identity.plan-undo",
      method: "GET",
      path: "/api/v1/directory-imports/{id}/undo",
      summary: "What undoing an import would do, or who was changed since so that it cannot be undone.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: UndoPlan },
      policy,
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await planUndo(services, actor, params.id),
      }),
    }),

    defineRoute({
      name: "identity.undo-import",
      method: "POST",
      path: "/api/v1/directory-imports/{id}/undo",
      summary: "Puts back what an import changed, while nobody has changed the same rows since.",
      zones,
      request: { params: ById },
      response: { statuses: [200], schema: DirectoryImport },
      policy,
      limit: writing,
      handler: async ({ actor, params }) => {
        await undoImport(services, actor, params.id);
        return { status: 200, body: await read(actor, params.id) };
      },
    }),
  ];
}
