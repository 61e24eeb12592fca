import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { defineRoute, type RateLimit, type Route, reading, signedIn } from "#core/http/index.ts";
import { changePassword } from "./actions/change-password.ts";
import { endOwnSessions } from "./actions/end-sessions.ts";
import { confirmOwnAuthenticator, proposeOwnAuthenticator } from "./actions/register-authenticator.ts";
import { renewRecoveryCodes } from "./actions/renew-recovery-codes.ts";
import {
  ChangePasswordRequest,
  ConfirmAuthenticatorRequest,
  EndedSessions,
  OwnProof,
  PresenceProof,
  ProposedAuthenticator,
  RecoveryCodes,
  Security,
  SessionList,
} from "./contract.ts";
import { type ProofServices, provePassword } from "./own-proof.ts";
import { findCredentials } from "./queries/find-credentials.ts";
import { listSessions } from "./queries/list-sessions.ts";
import type { Sessions } from "./sessions.ts";

/** Changes of one's own credentials: each costs a password's time. */
const securing: RateLimit = { name: "securing", perMinute: 20, burst: 20 };

/** What everybody does with their own account. */
export function accountRoutes(services: ProofServices & { sessions: Sessions }): Route[] {
  const { database, clock, sessions } = services;
  const forget = (ended: readonly string[]) => {
    for (const id of ended) sessions.forget(id);
    return { ended: ended.length };
  };

  return [
    defineRoute({
      name: "identity.get-security",
      method: "GET",
      path: "/api/v1/me/security",
      summary:
        "When the password was changed, whether an app is registered, how many recovery codes are left.",
      request: {},
      response: { statuses: [200], schema: Security },
      policy: signedIn("one's own account"),
      limit: reading,
      handler: async ({ actor }) => {
        const found = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          findCredentials(tx, actor.tenantId, actor.personId),
        );
        return {
          status: 200,
          body: {
            passwordChangedAt: found?.passwordChangedAt?.toISOString() ?? null,
            authenticator: {
              isRegistered: Boolean(found?.totpSecret),
              registeredAt: found?.totpRegisteredAt?.toISOString() ?? null,
            },
            recoveryCodesLeft: found?.recoveryCodesLeft ?? 0,
          },
        };
      },
    }),

    defineRoute({
      name: "identity.change-password",
      method: "PUT",
      path: "/api/v1/me/password",
      summary: "Changes one's own password; all other sessions of the account end.",
      request: { body: ChangePasswordRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: signedIn("one's own account, with its present password"),
      limit: securing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: forget(await changePassword(services, actor, body)),
      }),
    }),

    defineRoute({
      name: "identity.prove-presence",
      method: "POST",
      path: "/api/v1/me/presence-proof",
      summary: "Shows that it is still the account's owner who sits at a screen that was covered.",
      request: { body: PresenceProof },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own account, with its present password"),
      limit: securing,
      handler: async ({ actor, body }) => {
        await provePassword(services, actor, body.password);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.propose-authenticator",
      method: "POST",
      path: "/api/v1/me/authenticator",
      summary:
        "Shows a new secret for one's authenticator app; the one before works until the new one is confirmed.",
      request: { body: OwnProof },
      response: { statuses: [200], schema: ProposedAuthenticator },
      policy: signedIn("one's own account, with its password and present second factor"),
      limit: securing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await proposeOwnAuthenticator(services, actor, body),
      }),
    }),

    defineRoute({
      name: "identity.confirm-authenticator",
      method: "PUT",
      path: "/api/v1/me/authenticator",
      summary: "Puts the new authenticator app in force with its first code; answers ten recovery codes.",
      request: { body: ConfirmAuthenticatorRequest },
      response: { statuses: [200], schema: RecoveryCodes },
      policy: signedIn("one's own account, with a code of the secret that was shown"),
      limit: securing,
      handler: async ({ actor, body }) => {
        const { recoveryCodes, ended } = await confirmOwnAuthenticator(services, actor, body.totp);
        forget(ended);
        return { status: 200, body: { recoveryCodes } };
      },
    }),

    defineRoute({
      name: "identity.renew-recovery-codes",
      method: "POST",
      path: "/api/v1/me/recovery-codes",
      summary: "Makes ten new recovery codes; older ones no longer work.",
      request: { body: OwnProof },
      response: { statuses: [200], schema: RecoveryCodes },
      policy: signedIn("one's own account, with its password and present second factor"),
      limit: securing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: { recoveryCodes: await renewRecoveryCodes(services, actor, body) },
      }),
    }),

    defineRoute({
      name: "identity.list-own-sessions",
      method: "GET",
      path: "/api/v1/me/sessions",
      summary: "Where this account is signed in, the last used first.",
      request: {},
      response: { statuses: [200], schema: SessionList },
      policy: signedIn("one's own sessions"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: {
          items: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            listSessions(tx, actor.tenantId, actor.personId, clock.now(), actor.sessionId),
          ),
        },
      }),
    }),

    defineRoute({
      name: "identity.end-own-session",
      method: "DELETE",
      path: "/api/v1/me/sessions/{sessionId}",
      summary: "Ends one of one's own sessions; its streams close at once.",
      request: { params: z.object({ sessionId: z.string() }) },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own session; another's is an unknown id"),
      limit: securing,
      handler: async ({ actor, params }) => {
        forget(await endOwnSessions(database, clock, actor, { only: params.sessionId }));
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.end-other-sessions",
      method: "POST",
      path: "/api/v1/me/sessions/end-others",
      summary: "Ends all sessions of the account but this one.",
      request: {},
      response: { statuses: [200], schema: EndedSessions },
      policy: signedIn("one's own sessions"),
      limit: securing,
      handler: async ({ actor }) => ({
        status: 200,
        body: forget(await endOwnSessions(database, clock, actor, "others")),
      }),
    }),
  ];
}
