import { z } from "zod";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { anyone, decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import { EndedSessions } from "../contract.ts";
import { spendChallenge } from "../passkeys/challenges.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "../queries/person-summaries.ts";
import type { RefusedSignIns } from "../refused-sign-ins.ts";
import type { Sessions } from "../sessions.ts";
import type { Tenant, Tenants } from "../tenants.ts";
import { linkPerson, unlinkPerson } from "./actions/link-person.ts";
import { removeProvider, saveProvider } from "./actions/save-provider.ts";
import type { Claims } from "./claims.ts";
import { findVouched } from "./find-vouched.ts";
import {
  AnswerProviderRequest,
  BeginProviderSignInRequest,
  BegunProviderSignIn,
  IdentityProviders,
  LinkPersonRequest,
  ProviderLinks,
  ProviderLinksQuery,
  ProviderProof,
  ProviderTrial,
  RemoveProviderRequest,
  SaveProviderRequest,
  type SignInProvider,
  UnlinkPersonRequest,
} from "./provider-contract.ts";
import { providerLogoutRoutes } from "./provider-logout-routes.ts";
import { decideSetProviders } from "./provider-policy.ts";
import type { ProviderServices } from "./provider-services.ts";
import { addressHere, findProvider, listProviders, type Provider } from "./providers.ts";
import { claimsOf, type SamlRefusal, samlRefusals } from "./saml/saml.ts";
import { samlRoutes } from "./saml-routes.ts";
import { type Journey, journeyMinutes, openTicket, sealTicket } from "./tickets.ts";

const ById = z.object({ id: z.string().max(100) });
/** By address: each may ask another system. */
const leaving: RateLimit = { name: "going-to-a-provider", perMinute: 120, burst: 120 };
const setting: RateLimit = { name: "setting-providers", perMinute: 60, burst: 60 };
const trying: RateLimit = { name: "trying-providers", perMinute: 10, burst: 10 };

const listShown = statement<{ id: string; name: string; addresses: string[] }>(
  "identity.list-providers-of-zone",
  `select id, name, addresses from identity_provider
    where tenant_id = $1 and is_enabled and removed_at is null and $2 = any(zones) order by name, id`,
);
const listLinks = statement<
  PersonSummaryRow & { subject: string; linked_at: Date; last_used_at: Date | null }
>(
  "identity.list-provider-links",
  `select ${personSummaryColumns}, l.subject, l.linked_at, l.last_used_at
     from provider_link l join person p on p.tenant_id = l.tenant_id and p.id = l.account_id ${personSummaryJoin}
    where l.tenant_id = $1 and l.provider_id = $2 and ($3 = '' or strpos(p.search_key, $3) > 0)
    order by p.kana, p.id limit 100`,
);

/** The buttons of the sign-in page: what vouches for people on this side, at the address at which the page was opened. */
export async function listSignInProviders(
  database: Database,
  tenants: readonly Tenant[],
  zone: string,
  host: string,
): Promise<SignInProvider[]> {
  const shown: SignInProvider[] = [];
  for (const tenant of tenants) {
    const rows = await database.transaction(scopeOf(tenant.id), (tx) => tx.all(listShown, [tenant.id, zone]));
    for (const { id, name, addresses } of rows)
      if (addresses.some((address) => new URL(address).host === host.toLowerCase()))
        shown.push({ id, tenant: tenant.slug, name });
  }
  return shown;
}

/** Setting identity providers up, and going to one and coming back. The session itself begins at `identity.sign-in-by-provider`. */
export function providerRoutes(
  services: ProviderServices & { sessions: Sessions; tenants: Tenants; refusedSignIns: RefusedSignIns },
): Route[] {
  const { database, clock, keyring, sessions, tenants, openId, saml } = services;
  const forget = (ended: readonly string[]) => {
    for (const id of ended) sessions.forget(id);
    return { ended: ended.length };
  };
  /** A provider as somebody may use it here and now who is not signed in; unknown, switched off and elsewhere are one answer. */
  const getUsable = async (tenantId: string, id: string, zone: string): Promise<Provider> => {
    const provider = await database.transaction(scopeOf(tenantId), (tx) => findProvider(tx, tenantId, id));
    if (!provider?.isEnabled || !provider.zones.some((each) => each === zone)) throw notFound();
    return provider;
  };
  const begin = async (tenantId: string, provider: Provider, address: string, zone: string) => {
    const { settings } = provider;
    if (settings.kind === "oidc") {
      const { url, secrets } = await openId.begin(tenantId, provider, settings, { address, zone });
      return { url, ...secrets };
    }
    return { ...(await saml.begin(tenantId, provider, settings, address)), nonce: "", verifier: "" };
  };
  const redeem = async (
    tenantId: string,
    provider: Provider,
    journey: Journey,
    answer: string,
  ): Promise<Claims> => {
    const { settings } = provider;
    if (settings.kind === "oidc") return openId.redeem(tenantId, provider, settings, journey, answer);
    const refusal = readRefusal(answer);
    if (refusal) throw new AppError(refusal);
    const sealed = new URLSearchParams(answer).get("saml") ?? "";
    const opened = openTicket(keyring, "answer", sealed, clock.now());
    const said = opened?.tenantId === tenantId ? opened.contents : undefined;
    const isAnswer =
      said?.providerId === provider.id &&
      said.revision === provider.revision &&
      said.zone === journey.zone &&
      said.inResponseTo === journey.state;
    if (!isAnswer) throw new AppError("provider-answer-refused");
    return claimsOf(said, provider);
  };

  return [
    ...samlRoutes(services),
    ...providerLogoutRoutes(services),
    defineRoute({
      name: "identity.list-identity-providers",
      method: "GET",
      path: "/api/v1/identity-providers",
      summary: "The systems that vouch for people at sign-in, without their secrets.",
      request: {},
      response: { statuses: [200], schema: IdentityProviders },
      policy: decidedBy("provider.set"),
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideSetProviders(actor));
        const items = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listProviders(tx, actor.tenantId, clock.now()),
        );
        return { status: 200, body: { items } };
      },
    }),

    defineRoute({
      name: "identity.add-identity-provider",
      method: "POST",
      path: "/api/v1/identity-providers",
      summary: "Sets up a system that vouches for people at sign-in.",
      request: { body: SaveProviderRequest },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, body }) => {
        const { id } = await saveProvider(services, actor, undefined, body);
        return { status: 201, body: { id } };
      },
    }),

    defineRoute({
      name: "identity.change-identity-provider",
      method: "PUT",
      path: "/api/v1/identity-providers/{id}",
      summary: "Sets a provider up another way; sessions for which it may no longer vouch end.",
      request: { params: ById, body: SaveProviderRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget((await saveProvider(services, actor, params.id, body)).ended),
      }),
    }),

    defineRoute({
      name: "identity.remove-identity-provider",
      method: "POST",
      path: "/api/v1/identity-providers/{id}/removal",
      summary: "Takes a provider away with its links; sessions that began on its word end.",
      request: { params: ById, body: RemoveProviderRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await removeProvider(services, actor, params.id, body.reason)),
      }),
    }),

    defineRoute({
      name: "identity.try-identity-provider",
      method: "POST",
      path: "/api/v1/identity-providers/{id}/trial",
      summary: "Asks a provider what it is, with the settings as they are kept; signs nobody in.",
      request: { params: ById },
      response: { statuses: [200], schema: ProviderTrial },
      policy: decidedBy("provider.set"),
      limit: trying,
      handler: async ({ actor, params }) => {
        assertAllowed(actor, decideSetProviders(actor));
        if (!isId(params.id)) throw notFound();
        const { tenantId } = actor;
        const provider = await database.transaction(scopeOf(tenantId), (tx) =>
          findProvider(tx, tenantId, params.id),
        );
        if (!provider) throw notFound();
        const { settings } = provider;
        const trial =
          settings.kind === "saml" ? saml.try(settings) : await openId.try(tenantId, provider, settings);
        return { status: 200, body: trial };
      },
    }),

    defineRoute({
      name: "identity.list-provider-links",
      method: "GET",
      path: "/api/v1/identity-providers/{id}/links",
      summary: "Who is linked to a provider, by kana.",
      request: { params: ById, query: ProviderLinksQuery },
      response: { statuses: [200], schema: ProviderLinks },
      policy: decidedBy("provider.set"),
      limit: reading,
      handler: async ({ actor, params, query }) => {
        assertAllowed(actor, decideSetProviders(actor));
        if (!isId(params.id)) throw notFound();
        const rows = await database.transaction(scopeOf(actor.tenantId), async (tx) => {
          if (!(await findProvider(tx, actor.tenantId, params.id))) throw notFound();
          return tx.all(listLinks, [actor.tenantId, params.id, searchKey(query.q ?? "")]);
        });
        const items = rows.map((row) => ({
          person: toPersonSummary(row),
          subject: row.subject,
          linkedAt: row.linked_at.toISOString(),
          lastUsedAt: row.last_used_at?.toISOString() ?? null,
        }));
        return { status: 200, body: { items } };
      },
    }),

    defineRoute({
      name: "identity.link-person",
      method: "POST",
      path: "/api/v1/identity-providers/{id}/links",
      summary: "Says who somebody is at a provider, by its lasting name for them.",
      request: { params: ById, body: LinkPersonRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, params, body }) => {
        await linkPerson(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.unlink-person",
      method: "POST",
      path: "/api/v1/identity-providers/{id}/links/removal",
      summary: "Takes somebody's link to a provider away; their sessions that began on its word end.",
      request: { params: ById, body: UnlinkPersonRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("provider.set"),
      limit: setting,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await unlinkPerson(services, actor, params.id, body)),
      }),
    }),

    defineRoute({
      name: "identity.begin-provider-sign-in",
      method: "POST",
      path: "/api/v1/provider-sign-ins",
      summary: "Where a browser goes to sign in at a provider, and the ticket that it keeps meanwhile.",
      request: { body: BeginProviderSignInRequest },
      response: { statuses: [200], schema: BegunProviderSignIn },
      policy: anyone("names only where the provider's own sign-in page is"),
      limit: leaving,
      handler: async ({ body, facts }) => {
        const tenant = await tenants.choose(facts.host, body.tenant);
        const provider = await getUsable(tenant.id, body.provider, facts.zone);
        const address = addressHere(provider, facts.host);
        if (!address) throw new AppError("provider-not-here");
        const { url, ...secrets } = await begin(tenant.id, provider, address, facts.zone);
        const ticket = sealTicket(
          keyring,
          "journey",
          tenant.id,
          {
            providerId: provider.id,
            revision: provider.revision,
            zone: facts.zone,
            address,
            ...secrets,
          },
          clock.now(),
        );
        return { status: 200, body: { url, ticket } };
      },
    }),

    defineRoute({
      name: "identity.answer-provider",
      method: "POST",
      path: "/api/v1/provider-answers",
      summary: "Redeems what a provider has sent the browser back with: a proof for one sign-in.",
      request: { body: AnswerProviderRequest },
      response: { statuses: [200], schema: ProviderProof },
      policy: anyone("needs the ticket of the browser that went there, and the provider's answer to it"),
      limit: leaving,
      handler: async ({ body, facts }) => {
        const now = clock.now();
        const refusal = readRefusal(body.answer);
        if (refusal && !body.ticket) throw new AppError(refusal);
        const opened = openTicket(keyring, "journey", body.ticket, now);
        if (!opened || opened.contents.zone !== facts.zone) throw new AppError("provider-sign-in-over");
        const { tenantId, contents: journey } = opened;
        const provider = await getUsable(tenantId, journey.providerId, facts.zone);
        const isHere = addressHere(provider, facts.host) === journey.address;
        if (!isHere || provider.revision !== journey.revision) throw new AppError("provider-sign-in-over");
        // Before the code is redeemed: of two requests with the same ticket one goes on.
        const isFirst = await database.transaction(scopeOf(tenantId), (tx) =>
          spendChallenge(tx, tenantId, journey.state, now, journeyMinutes * 60_000),
        );
        if (!isFirst) throw new AppError("provider-sign-in-over");
        const refuse = (accountId: string | null) =>
          services.refusedSignIns.note(tenantId, {
            accountId,
            zone: facts.zone,
            address: facts.address,
            why: "provider",
          });
        const claims = await redeem(tenantId, provider, journey, body.answer).catch(
          async (error: unknown) => {
            if (error instanceof AppError && isRefusal(error.code)) await refuse(null);
            throw error;
          },
        );
        const accountId = await database.transaction(scopeOf(tenantId), (tx) =>
          findVouched(tx, tenantId, provider, claims),
        );
        if (!accountId) {
          await refuse(null);
          throw new AppError("provider-knows-nobody", { provider: provider.name });
        }
        const proof = sealTicket(
          keyring,
          "vouched",
          tenantId,
          {
            providerId: provider.id,
            revision: provider.revision,
            zone: facts.zone,
            accountId,
            subject: claims.subject,
            ...(claims.session !== undefined && { session: claims.session }),
          },
          now,
        );
        return { status: 200, body: { proof, provider: provider.name } };
      },
    }),
  ];
}

/** Why the answer that was posted for this page was not believed, when its address says so. */
function readRefusal(answer: string): SamlRefusal | undefined {
  const refused = new URLSearchParams(answer).get("refused") ?? "";
  return isRefusal(refused) ? refused : undefined;
}

function isRefusal(code: string): code is SamlRefusal {
  return Object.values<string>(samlRefusals).includes(code);
}
