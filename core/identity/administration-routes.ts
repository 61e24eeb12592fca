import { z } from "zod";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { decideManageAccounts } from "./account-policy.ts";
import { changeSignInRules } from "./actions/change-sign-in-rules.ts";
import { endSessionsAsAdministrator } from "./actions/end-sessions.ts";
import { removeAuthenticator } from "./actions/remove-authenticator.ts";
import { resetPassword } from "./actions/reset-password.ts";
import { setAccountValidity } from "./actions/set-account-validity.ts";
import {
  AccountDetail,
  AccountsPage,
  AccountsQuery,
  AccountValidity,
  ChangeSignInRulesRequest,
  EndedSessions,
  OneTimePassword,
  RemoveAuthenticatorRequest,
  SignInRules,
  WithReason,
} from "./contract.ts";
import { getSignInRules } from "./queries/get-sign-in-rules.ts";
import { getAccount, listAccounts } from "./queries/list-accounts.ts";
import type { IdentityServices } from "./routes.ts";

/** By hand, and enough for a morning after a storm. */
const administering: RateLimit = { name: "administering", perMinute: 60, burst: 60 };

const ById = z.object({ id: z.string().max(100) });

/** What administrators do with the accounts of others, at terminals on the LGWAN side. */
export function administrationRoutes({ database, clock, sessions, accountEnds }: IdentityServices): Route[] {
  const forget = (ended: readonly string[]) => {
    for (const id of ended) sessions.forget(id);
    return { ended: ended.length };
  };

  return [
    defineRoute({
      name: "identity.get-sign-in-rules",
      method: "GET",
      path: "/api/v1/sign-in-rules",
      summary: "For how long a handed-over password can be used: now, before and later; for administrators.",
      request: {},
      response: { statuses: [200], schema: SignInRules },
      policy: decidedBy("account.read-sign-in-rules"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getSignInRules(database, clock, actor) }),
    }),

    defineRoute({
      name: "identity.change-sign-in-rules",
      method: "PUT",
      path: "/api/v1/sign-in-rules",
      summary: "Decides for how long a handed-over password can be used, from now or from a day to come.",
      request: { body: ChangeSignInRulesRequest },
      response: { statuses: [200], schema: SignInRules },
      policy: decidedBy("account.change-sign-in-rules"),
      limit: administering,
      handler: async ({ actor, body }) => {
        await changeSignInRules(database, clock, actor, body);
        return { status: 200, body: await getSignInRules(database, clock, actor) };
      },
    }),

    defineRoute({
      name: "identity.list-accounts",
      method: "GET",
      path: "/api/v1/accounts",
      summary: "Accounts with their state, for administrators; searches names, kana, login ids and sections.",
      request: { query: AccountsQuery },
      response: { statuses: [200], schema: AccountsPage },
      policy: decidedBy("account.manage"),
      limit: reading,
      handler: async ({ actor, query }) => {
        assertAllowed(actor, decideManageAccounts(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            listAccounts(tx, actor.tenantId, clock.now(), query),
          ),
        };
      },
    }),

    defineRoute({
      name: "identity.get-account",
      method: "GET",
      path: "/api/v1/accounts/{id}",
      summary: "An account with its state and its live sessions, for administrators.",
      request: { params: ById },
      response: { statuses: [200], schema: AccountDetail },
      policy: decidedBy("account.manage"),
      limit: reading,
      handler: async ({ actor, params }) => {
        const rule = assertAllowed(actor, decideManageAccounts(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), async (tx) => {
            const account = await getAccount(tx, actor.tenantId, params.id, clock.now());
            const viewed = { action: "account.viewed", subjectId: params.id, rule, facts: {} };
            await recordAudit(tx, actor, clock.now(), viewed);
            return account;
          }),
        };
      },
    }),

    defineRoute({
      name: "identity.reset-password",
      method: "POST",
      path: "/api/v1/accounts/{id}/password-reset",
      summary: "Gives somebody a one-time password, shown only in this answer; all their sessions end.",
      request: { params: ById, body: WithReason },
      response: { statuses: [200], schema: OneTimePassword },
      policy: decidedBy("account.manage"),
      limit: administering,
      handler: async ({ actor, params, body }) => {
        const { ended, ...made } = await resetPassword(database, clock, actor, params.id, body.reason);
        forget(ended);
        return { status: 200, body: made };
      },
    }),

    defineRoute({
      name: "identity.remove-authenticator",
      method: "POST",
      path: "/api/v1/accounts/{id}/authenticator-removal",
      summary:
        "Takes a lost authenticator app off an account and opens the registration of another for three days.",
      request: { params: ById, body: RemoveAuthenticatorRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("account.manage"),
      limit: administering,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await removeAuthenticator(database, clock, actor, params.id, body)),
      }),
    }),

    defineRoute({
      name: "identity.set-account-validity",
      method: "PUT",
      path: "/api/v1/accounts/{id}/validity",
      summary: "Stops an account or lets it be used again, at once or at a time.",
      request: { params: ById, body: AccountValidity },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("account.manage"),
      limit: administering,
      handler: async ({ actor, params, body }) => {
        const answer = forget(await setAccountValidity(database, clock, actor, params.id, body));
        accountEnds.wake();
        return { status: 200, body: answer };
      },
    }),

    defineRoute({
      name: "identity.end-sessions",
      method: "POST",
      path: "/api/v1/accounts/{id}/end-sessions",
      summary: "Ends all sessions of an account (a stolen phone); their streams close at once.",
      request: { params: ById, body: WithReason },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("account.manage"),
      limit: administering,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await endSessionsAsAdministrator(database, clock, actor, params.id, {}, body.reason)),
      }),
    }),

    defineRoute({
      name: "identity.end-session",
      method: "POST",
      path: "/api/v1/accounts/{id}/sessions/{sessionId}/end",
      summary: "Ends one session of an account.",
      request: { params: ById.extend({ sessionId: z.string().max(100) }), body: WithReason },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("account.manage"),
      limit: administering,
      handler: async ({ actor, params, body }) => {
        const which = { only: params.sessionId };
        return {
          status: 200,
          body: forget(
            await endSessionsAsAdministrator(database, clock, actor, params.id, which, body.reason),
          ),
        };
      },
    }),
  ];
}
