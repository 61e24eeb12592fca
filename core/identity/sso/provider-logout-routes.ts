import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { anyone, defineRoute, type RateLimit, type Route } from "#core/http/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import type { Sessions } from "../sessions.ts";
import type { Tenants } from "../tenants.ts";
import { logOutByProvider } from "./actions/log-out-by-provider.ts";
import type { ProviderServices } from "./provider-services.ts";
import { addressHere, findProvider } from "./providers.ts";

const ByTenantAndProvider = z.object({ tenantId: z.string().max(100), providerId: z.string().max(100) });
const PostedLogout = z.object({ logout_token: z.string().min(1).max(16_000) });

/** By address: a provider that ends a whole hall's day comes from one. */
const loggingOut: RateLimit = { name: "provider-logouts", perMinute: 1200, burst: 600 };

/** Where an OpenID provider says that somebody has signed out there (Back-Channel Logout 1.0). */
export function providerLogoutRoutes(
  services: ProviderServices & { sessions: Sessions; tenants: Tenants },
): Route[] {
  const { database, sessions, tenants, openId } = services;
  return [
    defineRoute({
      name: "identity.log-out-by-provider",
      method: "POST",
      path: "/api/v1/provider-logouts/{tenantId}/{providerId}",
      summary: "Ends the sessions that an OpenID provider has ended on its side (back-channel logout).",
      request: { params: ByTenantAndProvider, body: PostedLogout },
      response: { statuses: [200], schema: z.null() },
      policy: anyone("does what a token says that the provider has signed for us, and only ends sessions"),
      fromElsewhere: "the provider's own server sends a token that it has signed",
      limit: loggingOut,
      handler: async ({ params, body, facts }) => {
        const { tenantId, providerId } = params;
        const isMeant = (await tenants.listMeant(facts.host)).some(({ id }) => id === tenantId);
        if (!isMeant || !isId(providerId)) throw notFound();
        const provider = await database.transaction(scopeOf(tenantId), (tx) =>
          findProvider(tx, tenantId, providerId),
        );
        if (!provider?.isEnabled || provider.settings.kind !== "oidc") throw notFound();
        // Who cannot come in by it here cannot make us ask it for its keys from here either.
        if (!addressHere(provider, facts.host) || !provider.zones.some((each) => each === facts.zone))
          throw notFound();
        const logout = await openId.readLogout(tenantId, provider, provider.settings, {
          token: body.logout_token,
          zone: facts.zone,
        });
        for (const id of await logOutByProvider(services, tenantId, providerId, logout)) sessions.forget(id);
        return { status: 200, body: null };
      },
    }),
  ];
}
