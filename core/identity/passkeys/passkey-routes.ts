import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { anyone, defineRoute, type RateLimit, type Route, reading, signedIn } from "#core/http/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { OwnProof } from "../contract.ts";
import type { ProofServices } from "../own-proof.ts";
import type { Tenants } from "../tenants.ts";
import { proposePasskey, registerPasskey, removePasskey } from "./actions/register-passkey.ts";
import {
  PasskeyChallengeRequest,
  PasskeyCreation,
  PasskeyList,
  PasskeyRequest,
  RegisterPasskeyRequest,
  RemovePasskeyRequest,
} from "./passkey-contract.ts";
import { listPasskeys } from "./passkeys-of.ts";
import { type RelyingParty, relyingPartyOf } from "./relying-party.ts";
import { askForPasskey } from "./verify-assertion.ts";

/** Each costs a password's time. */
const securing: RateLimit = { name: "securing", perMinute: 20, burst: 20 };
const asking: RateLimit = { name: "asking-for-passkeys", perMinute: 300, burst: 300 };

/** One's own passkeys, and the challenge with which one signs in by them. */
export function passkeyRoutes(services: ProofServices & { tenants: Tenants }): Route[] {
  const { database, clock, keyring, tenants } = services;
  const findParty = async (tenantId: string, host: string) => {
    const tenant = (await tenants.list()).find(({ id }) => id === tenantId);
    return relyingPartyOf(host, tenant?.hostNames ?? []);
  };
  const getParty = async (tenantId: string, host: string): Promise<RelyingParty> => {
    const party = await findParty(tenantId, host);
    if (!party) throw new AppError("passkey-not-here");
    return party;
  };

  return [
    defineRoute({
      name: "identity.list-passkeys",
      method: "GET",
      path: "/api/v1/me/passkeys",
      summary: "One's own passkeys, and whether one can be registered at this address.",
      request: {},
      response: { statuses: [200], schema: PasskeyList },
      policy: signedIn("one's own passkeys"),
      limit: reading,
      handler: async ({ actor, facts }) => {
        const rows = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listPasskeys(tx, actor.tenantId, actor.personId),
        );
        const items = rows.map((row) => ({
          id: row.id,
          name: row.name,
          domain: row.domain,
          isBackedUp: row.is_backed_up,
          createdAt: row.created_at.toISOString(),
          lastUsedAt: row.last_used_at?.toISOString() ?? null,
        }));
        const isPossibleHere = (await findParty(actor.tenantId, facts.host)) !== undefined;
        return { status: 200, body: { items, isPossibleHere } };
      },
    }),

    defineRoute({
      name: "identity.propose-passkey",
      method: "POST",
      path: "/api/v1/me/passkeys/proposal",
      summary: "Begins to register a passkey: what the browser needs to make one.",
      request: { body: OwnProof },
      response: { statuses: [200], schema: PasskeyCreation },
      policy: signedIn("one's own account, with its password and present second factor"),
      limit: securing,
      handler: async ({ actor, body, facts }) => ({
        status: 200,
        body: await proposePasskey(services, actor, await getParty(actor.tenantId, facts.host), body),
      }),
    }),

    defineRoute({
      name: "identity.register-passkey",
      method: "POST",
      path: "/api/v1/me/passkeys",
      summary: "Registers the passkey that the browser has made for the proposal.",
      request: { body: RegisterPasskeyRequest },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy: signedIn("one's own account, with a signature over the proposal of this session"),
      limit: securing,
      handler: async ({ actor, body, facts }) => ({
        status: 201,
        body: {
          id: await registerPasskey(services, actor, await getParty(actor.tenantId, facts.host), body),
        },
      }),
    }),

    defineRoute({
      name: "identity.remove-passkey",
      method: "POST",
      path: "/api/v1/me/passkeys/{id}/removal",
      summary: "Removes one of one's own passkeys.",
      request: { params: z.object({ id: z.string().max(100) }), body: RemovePasskeyRequest },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own passkey, with the password; another's is an unknown id"),
      limit: securing,
      handler: async ({ actor, params, body }) => {
        await removePasskey(services, actor, params.id, body.password);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.ask-for-passkey",
      method: "POST",
      path: "/api/v1/passkey-challenges",
      summary: "A challenge with which one signs in by passkey alone; names no account.",
      request: { body: PasskeyChallengeRequest },
      response: { statuses: [200], schema: PasskeyRequest },
      policy: anyone("a random number, the same for everybody who asks"),
      limit: asking,
      handler: async ({ body, facts }) => {
        const tenant = await tenants.choose(facts.host, body.tenant);
        const party = relyingPartyOf(facts.host, tenant.hostNames);
        if (!party) throw new AppError("passkey-not-here");
        const purpose = { kind: "sign-in" } as const;
        return { status: 200, body: askForPasskey(keyring, tenant.id, purpose, party, [], clock.now()) };
      },
    }),
  ];
}
