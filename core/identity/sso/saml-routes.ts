import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { anyone, decidedBy, defineRoute, type RateLimit, type Route } from "#core/http/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { Tenants } from "../tenants.ts";
import { ReadMetadata, ReadMetadataRequest } from "./provider-contract.ts";
import { decideSetProviders } from "./provider-policy.ts";
import type { ProviderServices } from "./provider-services.ts";
import { addressHere, findProvider, returnAddressesOf } from "./providers.ts";
import { entityIdOf, readMetadata, writeMetadata } from "./saml/metadata.ts";
import type { SamlRefusal } from "./saml/saml.ts";
import { sealTicket } from "./tickets.ts";

const ById = z.object({ id: z.string().max(100) });
const ByTenantAndProvider = z.object({ tenantId: z.string().max(100), providerId: z.string().max(100) });
/** What a provider's page makes the browser post. Its `RelayState` is never looked at: where one goes on is kept by our own page. */
const PostedAnswer = z.object({ SAMLResponse: z.string().min(1).max(200_000) });

/** By address: each answer is a signature to be checked. */
const answering: RateLimit = { name: "provider-answers-posted", perMinute: 120, burst: 120 };
const carrying: RateLimit = { name: "carrying-metadata", perMinute: 30, burst: 30 };

const page = "/sign-in/return";

/** What SAML needs beside the ways of every provider: descriptions carried there and back, and the address at which answers arrive. */
export function samlRoutes(services: ProviderServices & { tenants: Tenants }): Route[] {
  const { database, clock, keyring, saml, tenants } = services;

  return [
    defineRoute({
      name: "identity.read-provider-metadata",
      method: "POST",
      path: "/api/v1/identity-provider-metadata",
      summary: "Reads a provider's description (SAML metadata) for the form of its settings; keeps nothing.",
      request: { body: ReadMetadataRequest },
      response: { statuses: [200], schema: ReadMetadata },
      policy: decidedBy("provider.set"),
      limit: carrying,
      handler: async ({ actor, body }) => {
        assertAllowed(actor, decideSetProviders(actor));
        return { status: 200, body: readMetadata(body.metadata, clock.now()) };
      },
    }),

    defineRoute({
      name: "identity.get-own-metadata",
      method: "GET",
      path: "/api/v1/identity-providers/{id}/metadata",
      summary: "Our own description for a SAML provider, as XML to be carried there.",
      request: { params: ById },
      response: { statuses: [200], schema: z.null(), media: "application/samlmetadata+xml" },
      policy: decidedBy("provider.set"),
      limit: carrying,
      handler: async ({ actor, params }) => {
        assertAllowed(actor, decideSetProviders(actor));
        const { tenantId } = actor;
        const provider = isId(params.id)
          ? await database.transaction(scopeOf(tenantId), (tx) => findProvider(tx, tenantId, params.id))
          : undefined;
        if (provider?.settings.kind !== "saml") throw notFound();
        const bytes = Buffer.from(
          writeMetadata(entityIdOf(provider.id), returnAddressesOf(tenantId, provider)),
        );
        return {
          status: 200,
          body: null,
          headers: { "content-disposition": 'attachment; filename="chonai-metadata.xml"' },
          content: {
            type: "application/samlmetadata+xml",
            length: bytes.length,
            bytes: (async function* () {
              yield bytes;
            })(),
          },
        };
      },
    }),

    defineRoute({
      name: "identity.take-saml-answer",
      method: "POST",
      path: "/api/v1/saml/{tenantId}/{providerId}/answers",
      summary:
        "Where a SAML provider's page makes the browser post its answer; leads to the page that asked, which alone can use it.",
      request: { params: ByTenantAndProvider, body: PostedAnswer },
      response: { statuses: [303], schema: z.null() },
      policy: anyone(
        "signs nobody in: what the provider has signed is handed to the page that has the ticket",
      ),
      fromElsewhere: "the answer opens nothing without the ticket, which only the tab has that asked",
      limit: answering,
      handler: async ({ params, body, facts }) => {
        const { tenantId, providerId } = params;
        const isMeant = (await tenants.listMeant(facts.host)).some(({ id }) => id === tenantId);
        if (!isMeant || !isId(providerId)) throw notFound();
        const provider = await database.transaction(scopeOf(tenantId), (tx) =>
          findProvider(tx, tenantId, providerId),
        );
        const address = provider && addressHere(provider, facts.host);
        if (!address || !provider.isEnabled || !provider.zones.some((each) => each === facts.zone))
          throw notFound();
        if (provider.settings.kind !== "saml") throw notFound();
        const read = await saml.read(tenantId, provider, provider.settings, address, body.SAMLResponse);
        if ("refusal" in read) return leadTo({ refused: read.refusal });
        const answer = { ...read, revision: provider.revision, zone: facts.zone };
        return leadTo({ saml: sealTicket(keyring, "answer", tenantId, answer, clock.now()) });
      },
    }),
  ];
}

function leadTo(query: { saml: string } | { refused: SamlRefusal }) {
  return {
    status: 303,
    body: null,
    headers: { location: `${page}?${new URLSearchParams(query)}` },
  };
}
