import { z } from "zod";
import { scopeOf, statement } from "#core/db/index.ts";
import {
  anyone,
  decidedBy,
  defineRoute,
  type Problem,
  type RateLimit,
  type RequestFacts,
  type Route,
  type RouteAnswer,
  reading,
} from "#core/http/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import type { Sessions } from "../sessions.ts";
import type { Tenants } from "../tenants.ts";
import { todayInJapan } from "../today.ts";
import {
  changeScimUser,
  createScimUser,
  type ScimServices,
  setScimActive,
} from "./actions/save-scim-user.ts";
import {
  type AskingClient,
  addScimClient,
  authenticateClient,
  listScimClients,
  revokeScimClient,
} from "./scim-clients.ts";
import {
  AddedScimClient,
  AddScimClientRequest,
  enterpriseSchema,
  errorSchema,
  groupSchema,
  listSchema,
  RevokeScimClientRequest,
  ScimBody,
  ScimClients,
  ScimPatch,
  ScimQuery,
  ScimResource,
  userSchema,
} from "./scim-contract.ts";
import { readGroupFilter, readUserFilter } from "./scim-filter.ts";
import { resourceTypes, schemas, serviceProviderConfig } from "./scim-schemas.ts";
import { readPatch, readUser, toUser, type UserRow, versionOf } from "./scim-user.ts";
import { getScimUser, listScimUsers } from "./scim-users.ts";

const root = "/scim/v2";
const type = "application/scim+json";
const longestPage = 200;
/** By address: a directory's first run brings thousands. */
const provisioning: RateLimit = { name: "scim", perMinute: 3000, burst: 600 };
const setting: RateLimit = { name: "setting-providers", perMinute: 60, burst: 60 };
const ById = z.object({ id: z.string().max(100) });
const policy = anyone(
  "needs the token of a SCIM client, which is looked up before anything is read or written",
);

const scimTypes: Readonly<Record<string, string>> = {
  "scim-invalid-filter": "invalidFilter",
  "scim-invalid-path": "invalidPath",
  "scim-invalid-syntax": "invalidSyntax",
  "invalid-json": "invalidSyntax",
  "invalid-request": "invalidValue",
  "scim-invalid-value": "invalidValue",
  "scim-mutability": "mutability",
  "scim-no-target": "noTarget",
  "scim-uniqueness": "uniqueness",
};

/** An error as RFC 7644, 3.12 has it. Programs read it, so it is in English. */
function errorOf(problem: Problem) {
  return {
    type,
    body: {
      schemas: [errorSchema],
      status: String(problem.status),
      ...(scimTypes[problem.code] && { scimType: scimTypes[problem.code] }),
      detail: problem.title,
    },
  };
}

type GroupRow = { id: string; name: string; members: { value: string; display: string }[] };
const listGroups = statement<GroupRow>(
  "identity.list-scim-groups",
  `select s.id, s.name,
          case when $5 then coalesce((select jsonb_agg(jsonb_build_object('value', p.id, 'display', p.name) order by p.id)
             from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
            where p.tenant_id = $1 and p.section_id = s.id and p.kind = 'staff' and p.left_at is null), '[]') else '[]' end as members
     from section s
    where s.tenant_id = $1 and s.valid_from <= $2 and (s.valid_until is null or s.valid_until > $2)
      and ($3::text is null or s.name = $3) and ($4::uuid is null or s.id = $4)
    order by s.id limit $6 offset $7`,
);
const countGroups = statement<{ count: number }>(
  "identity.count-scim-groups",
  `select count(*)::int as count from section s
    where s.tenant_id = $1 and s.valid_from <= $2 and (s.valid_until is null or s.valid_until > $2)
      and ($3::text is null or s.name = $3)`,
);

/** `/scim/v2`: people on the staff as users, sections as groups that are only read; and the programs that are let in. */
export function scimRoutes(
  services: Omit<ScimServices, "onSessionEnded"> & { sessions: Sessions; tenants: Tenants },
): Route[] {
  const { database, clock, sessions, tenants } = services;
  const scim: ScimServices = { ...services, onSessionEnded: (id) => sessions.forget(id) };
  const clientOf = (facts: RequestFacts) =>
    authenticateClient(database, clock, (tenantId) => tenants.has(tenantId), facts);
  const common = {
    response: { statuses: [200, 201, 204, 304], schema: ScimResource.nullable(), type },
    policy,
    limit: provisioning,
    errors: errorOf,
  } as const;
  const inTenant = <T>(client: AskingClient, read: Parameters<typeof database.transaction<T>>[1]) =>
    database.transaction(scopeOf(client.tenantId), read);

  const answerUser = (
    status: number,
    row: UserRow,
    query?: ScimQuery,
  ): RouteAnswer<z.input<typeof ScimResource>> => {
    const user = toUser(row, root);
    return {
      status,
      body: query ? select(user, query) : user,
      headers: { etag: user.meta.version, location: user.meta.location },
    };
  };
  /** Refuses when the resource is another than the one that the client has seen (RFC 7644, 3.14). */
  const expectVersion = (facts: RequestFacts, row: UserRow) => {
    const expected = facts.header("if-match");
    if (!expected || expected === "*") return;
    const versions = expected.split(",").map((version) => version.trim());
    if (!versions.includes(toUser(row, root).meta.version)) throw new AppError("scim-version");
  };

  return [
    defineRoute({
      ...common,
      name: "scim.show-configuration",
      method: "GET",
      path: `${root}/ServiceProviderConfig`,
      summary: "SCIM: what is supported (RFC 7643, 5).",
      request: {},
      handler: async ({ facts }) => {
        await clientOf(facts);
        return { status: 200, body: serviceProviderConfig(root) };
      },
    }),
    ...(
      [
        ["scim.list-resource-types", "ResourceTypes", resourceTypes(root)],
        ["scim.list-schemas", "Schemas", schemas(root)],
      ] as const
    ).map(([name, path, resources]) =>
      defineRoute({
        ...common,
        name,
        method: "GET",
        path: `${root}/${path}`,
        summary: `SCIM: ${path} (RFC 7643, 6 and 7).`,
        request: {},
        handler: async ({ facts }) => {
          await clientOf(facts);
          return { status: 200, body: listOf(resources, resources.length, 1) };
        },
      }),
    ),

    defineRoute({
      ...common,
      name: "scim.list-users",
      method: "GET",
      path: `${root}/Users`,
      summary: "SCIM: people on the staff with an account, filtered and by pages.",
      request: { query: ScimQuery },
      handler: async ({ facts, query }) => {
        const client = await clientOf(facts);
        const filter = readUserFilter(query.filter);
        const page = pageOf(query);
        const { rows, total } = await inTenant(client, (tx) => listScimUsers(tx, client, filter, page));
        const users = rows.map((row) => select(toUser(row, root), query));
        return { status: 200, body: listOf(users, total, page.startIndex) };
      },
    }),
    defineRoute({
      ...common,
      name: "scim.get-user",
      method: "GET",
      path: `${root}/Users/{id}`,
      summary: "SCIM: one person on the staff.",
      request: { params: ById, query: ScimQuery },
      handler: async ({ facts, params, query }) => {
        const client = await clientOf(facts);
        const row = await inTenant(client, (tx) => getScimUser(tx, client, params.id));
        const { version } = toUser(row, root).meta;
        const known = facts
          .header("if-none-match")
          ?.split(",")
          .map((each) => each.trim());
        if (known?.includes(version)) return { status: 304, body: null, headers: { etag: version } };
        return answerUser(200, row, query);
      },
    }),
    defineRoute({
      ...common,
      name: "scim.create-user",
      method: "POST",
      path: `${root}/Users`,
      summary: "SCIM: somebody who is new on the staff. Needs userName, employeeNumber and a name.",
      request: { body: ScimBody },
      handler: async ({ facts, body }) => {
        const client = await clientOf(facts);
        return answerUser(201, await createScimUser(scim, client, readUser(body)));
      },
    }),
    defineRoute({
      ...common,
      name: "scim.replace-user",
      method: "PUT",
      path: `${root}/Users/{id}`,
      summary: "SCIM: what the other directory says of somebody now; what it leaves out stays.",
      request: { params: ById, body: ScimBody },
      handler: async ({ facts, params, body }) => {
        const client = await clientOf(facts);
        const before = await inTenant(client, (tx) => getScimUser(tx, client, params.id));
        expectVersion(facts, before);
        return answerUser(200, await changeScimUser(scim, client, before, readUser(body)));
      },
    }),
    defineRoute({
      ...common,
      name: "scim.change-user",
      method: "PATCH",
      path: `${root}/Users/{id}`,
      summary: "SCIM: changes of somebody, one by one. `active: false` ends their sessions at once.",
      request: { params: ById, body: ScimPatch },
      handler: async ({ facts, params, body }) => {
        const client = await clientOf(facts);
        const before = await inTenant(client, (tx) => getScimUser(tx, client, params.id));
        expectVersion(facts, before);
        return answerUser(200, await changeScimUser(scim, client, before, readPatch(body)));
      },
    }),
    defineRoute({
      ...common,
      name: "scim.remove-user",
      method: "DELETE",
      path: `${root}/Users/{id}`,
      summary:
        "SCIM: stops the account and is an unknown id for this client from then on. What the person wrote stays.",
      request: { params: ById },
      handler: async ({ facts, params }) => {
        const client = await clientOf(facts);
        const before = await inTenant(client, (tx) => getScimUser(tx, client, params.id));
        expectVersion(facts, before);
        await setScimActive(scim, client, before.id, false, true);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      ...common,
      name: "scim.list-groups",
      method: "GET",
      path: `${root}/Groups`,
      summary: "SCIM: today's sections with their people, to be read only.",
      request: { query: ScimQuery },
      handler: async ({ facts, query }) => {
        const client = await clientOf(facts);
        const name = readGroupFilter(query.filter) ?? null;
        const page = pageOf(query);
        const today = todayInJapan(clock);
        const hasMembers = !/(^|,)\s*members\s*(,|$)/i.test(query.excludedAttributes ?? "");
        const [rows, total] = await inTenant(client, async (tx) => [
          await tx.all(listGroups, [
            client.tenantId,
            today,
            name,
            null,
            hasMembers,
            page.count,
            page.startIndex - 1,
          ]),
          (await tx.first(countGroups, [client.tenantId, today, name]))?.count ?? 0,
        ]);
        return {
          status: 200,
          body: listOf(
            rows.map((row) => select(toGroup(row), query)),
            total,
            page.startIndex,
          ),
        };
      },
    }),
    defineRoute({
      ...common,
      name: "scim.get-group",
      method: "GET",
      path: `${root}/Groups/{id}`,
      summary: "SCIM: one of today's sections with its people.",
      request: { params: ById, query: ScimQuery },
      handler: async ({ facts, params, query }) => {
        const client = await clientOf(facts);
        if (!isId(params.id)) throw notFound();
        const [row] = await inTenant(client, (tx) =>
          tx.all(listGroups, [client.tenantId, todayInJapan(clock), null, params.id, true, 1, 0]),
        );
        if (!row) throw notFound();
        return { status: 200, body: select(toGroup(row), query) };
      },
    }),

    defineRoute({
      name: "identity.list-scim-clients",
      method: "GET",
      path: "/api/v1/scim-clients",
      summary: "The programs that keep accounts up to date by SCIM, without their tokens.",
      request: {},
      response: { statuses: [200], schema: ScimClients },
      policy: decidedBy("provider.set"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: { items: await listScimClients(database, actor) },
      }),
    }),
    defineRoute({
      name: "identity.add-scim-client",
      method: "POST",
      path: "/api/v1/scim-clients",
      summary: "Lets a program keep accounts up to date by SCIM; its token is shown in the answer alone.",
      request: { body: AddScimClientRequest },
      response: { statuses: [201], schema: AddedScimClient },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: await addScimClient(database, clock, actor, body),
      }),
    }),
    defineRoute({
      name: "identity.revoke-scim-client",
      method: "POST",
      path: "/api/v1/scim-clients/{id}/revocation",
      summary: "A program's token works no longer.",
      request: { params: ById, body: RevokeScimClientRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, params, body }) => {
        await revokeScimClient(database, clock, actor, params.id, body.reason);
        return { status: 204, body: null };
      },
    }),
  ];
}

function pageOf(query: ScimQuery): { startIndex: number; count: number } {
  return {
    startIndex: Math.min(Math.max(query.startIndex, 1), 1_000_000),
    count: Math.min(Math.max(query.count, 0), longestPage),
  };
}

function listOf(resources: readonly unknown[], total: number, startIndex: number) {
  return {
    schemas: [listSchema],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function toGroup({ id, name, members }: GroupRow) {
  const group = {
    schemas: [groupSchema],
    id,
    displayName: name,
    members: members.map((member) => ({ ...member, $ref: `${root}/Users/${member.value}` })),
  };
  return {
    ...group,
    meta: { resourceType: "Group", location: `${root}/Groups/${id}`, version: versionOf(group) },
  };
}

/** Only the attributes that were asked for, or all but those that were not wanted; `schemas` and `id` always (RFC 7644, 3.9). */
function select(resource: Readonly<Record<string, unknown>>, query: ScimQuery): { schemas: string[] } {
  const names = (list: string | undefined) =>
    list?.split(",").map((name) => {
      const plain = name.trim().replace(`${userSchema}:`, "");
      return (plain.startsWith(enterpriseSchema) ? enterpriseSchema : plain.split(".")[0]!).toLowerCase();
    });
  const [wanted, unwanted] = [names(query.attributes), names(query.excludedAttributes)];
  const kept = Object.entries(resource).filter(([key]) => {
    if (key === "schemas" || key === "id") return true;
    return wanted ? wanted.includes(key.toLowerCase()) : !unwanted?.includes(key.toLowerCase());
  });
  // `schemas` stands in every resource and is always kept.
  return Object.fromEntries(kept) as { schemas: string[] };
}
