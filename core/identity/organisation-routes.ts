import { z } from "zod";
import { scopeOf, type Transaction } from "#core/db/index.ts";
import { decidedBy, defineRoute, type Route, reading } from "#core/http/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { PersonProfile, SectionPage, SectionRolesTable, SectionTree, SectionTreeQuery } from "./contract.ts";
import { decideSeeSections } from "./policy.ts";
import { getPerson } from "./queries/get-person.ts";
import { getSection } from "./queries/get-section.ts";
import { listSections } from "./queries/list-sections.ts";
import { listRoleHolders, tabulateRoles } from "./queries/section-roles.ts";
import type { IdentityServices } from "./routes.ts";
import { todayInJapan } from "./today.ts";

const ById = z.object({ id: z.string().max(100) });

/** Reading the organisation: tree, section, person, roles. */
export function organisationRoutes({ database, clock, roommates }: IdentityServices): Route[] {
  const today = () => todayInJapan(clock);
  const read = <T>(actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> =>
    database.transaction(scopeOf(actor.tenantId), work, { mode: "snapshot" });

  return [
    defineRoute({
      name: "identity.list-sections",
      method: "GET",
      path: "/api/v1/sections",
      summary: "The tree of departments and sections on a day, with the number of their staff.",
      request: { query: SectionTreeQuery },
      response: { statuses: [200], schema: SectionTree },
      policy: decidedBy("section.see"),
      limit: reading,
      handler: async ({ actor, query }) => {
        assertAllowed(actor, decideSeeSections(actor));
        const on = query.on ?? today();
        return {
          status: 200,
          body: { on, items: await read(actor, (tx) => listSections(tx, actor.tenantId, on)) },
        };
      },
    }),

    defineRoute({
      name: "identity.get-section",
      method: "GET",
      path: "/api/v1/sections/{id}",
      summary: "A section: its people by post, its account, its roles and what lies above and below it.",
      request: { params: ById },
      response: { statuses: [200], schema: SectionPage },
      policy: decidedBy("section.see"),
      limit: reading,
      handler: async ({ actor, params }) => {
        assertAllowed(actor, decideSeeSections(actor));
        if (!isId(params.id)) throw notFound();
        return {
          status: 200,
          body: await read(actor, (tx) => getSection(tx, actor.tenantId, params.id, today())),
        };
      },
    }),

    defineRoute({
      name: "identity.list-section-roles",
      method: "GET",
      path: "/api/v1/section-roles",
      summary: "Who holds the roles that every section must have; sections that lack one first.",
      request: {},
      response: { statuses: [200], schema: SectionRolesTable },
      policy: decidedBy("section.see"),
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideSeeSections(actor));
        const body = await read(actor, async (tx) => {
          const [sections, holders] = await Promise.all([
            listSections(tx, actor.tenantId, today()),
            listRoleHolders(tx, actor.tenantId, today(), null),
          ]);
          return tabulateRoles(sections, holders);
        });
        return { status: 200, body };
      },
    }),

    defineRoute({
      name: "identity.get-person",
      method: "GET",
      path: "/api/v1/people/{id}",
      summary: "A person's page: posts, workplace, how to reach them, the roles they hold.",
      request: { params: ById },
      response: { statuses: [200], schema: PersonProfile },
      policy: decidedBy("person.see"),
      limit: reading,
      handler: async ({ actor, params }) => {
        if (!isId(params.id)) throw notFound();
        return {
          status: 200,
          body: await read(actor, (tx) => getPerson(tx, actor, params.id, roommates, today())),
        };
      },
    }),
  ];
}
