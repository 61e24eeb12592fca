import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { decideSetProviders } from "../sso/provider-policy.ts";
import { readLdapSource } from "./actions/read-source.ts";
import { removeLdapSource, saveLdapSource } from "./actions/save-source.ts";
import {
  LdapSources,
  ReadLdapSource,
  ReadLdapSourceRequest,
  RemoveLdapSourceRequest,
  SaveLdapSourceRequest,
} from "./ldap-contract.ts";
import type { LdapServices } from "./ldap-services.ts";
import { listLdapSources } from "./sources.ts";

const ById = z.object({ id: z.string().max(100) });
const setting: RateLimit = { name: "setting-providers", perMinute: 60, burst: 60 };
/** Each reads a whole directory. */
const readingWhole: RateLimit = { name: "reading-directories", perMinute: 10, burst: 10 };
const policy = decidedBy("provider.set");
const zones = ["lgwan"] as const;

/** The hall's directories that are read by LDAP. */
export function ldapRoutes(services: LdapServices): Route[] {
  const { database } = services;
  return [
    defineRoute({
      name: "identity.list-ldap-sources",
      method: "GET",
      path: "/api/v1/ldap-sources",
      summary: "The hall's directories that are read by LDAP, without their passwords.",
      zones,
      request: {},
      response: { statuses: [200], schema: LdapSources },
      policy,
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideSetProviders(actor));
        const items = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listLdapSources(tx, actor.tenantId),
        );
        return { status: 200, body: { items } };
      },
    }),
    defineRoute({
      name: "identity.add-ldap-source",
      method: "POST",
      path: "/api/v1/ldap-sources",
      summary: "Says where a directory of the hall is, and what in it is what here.",
      zones,
      request: { body: SaveLdapSourceRequest },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy,
      limit: setting,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: { id: await saveLdapSource(services, actor, undefined, body) },
      }),
    }),
    defineRoute({
      name: "identity.change-ldap-source",
      method: "PUT",
      path: "/api/v1/ldap-sources/{id}",
      summary: "Says it another way. Another address needs the password anew.",
      zones,
      request: { params: ById, body: SaveLdapSourceRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: setting,
      handler: async ({ actor, params, body }) => {
        await saveLdapSource(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),
    defineRoute({
      name: "identity.remove-ldap-source",
      method: "POST",
      path: "/api/v1/ldap-sources/{id}/removal",
      summary: "Forgets a directory with its password; the people stay.",
      zones,
      request: { params: ById, body: RemoveLdapSourceRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: setting,
      handler: async ({ actor, params, body }) => {
        await removeLdapSource(services, actor, params.id, body.reason);
        return { status: 204, body: null };
      },
    }),
    defineRoute({
      name: "identity.read-ldap-source",
      method: "POST",
      path: "/api/v1/ldap-sources/{id}/reading",
      summary: "Reads a directory and makes an import of it that waits to be looked at; changes nobody.",
      zones,
      request: { params: ById, body: ReadLdapSourceRequest },
      response: { statuses: [200], schema: ReadLdapSource },
      policy,
      limit: readingWhole,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await readLdapSource(services, actor, params.id, body),
      }),
    }),
  ];
}
