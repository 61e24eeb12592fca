import { z } from "zod";
import { type Database, scopeOf } from "#core/db/index.ts";
import {
  anyone,
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  signedIn,
  writing,
} from "#core/http/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { agreeByToken, agreedByOf, agreeToRules } from "./actions/agree.ts";
import { publishRules, withdrawRules } from "./actions/publish-rules.ts";
import { remindOfRules } from "./actions/remind.ts";
import { saveDraft } from "./actions/save-draft.ts";
import {
  AgreeByTokenRequest,
  Agreements,
  AgreementsQuery,
  OwnRules,
  PublishRulesRequest,
  Reminded,
  RemindRequest,
  RuleAudience,
  RuleTextList,
  SaveDraftRequest,
  WithdrawRulesRequest,
} from "./contract.ts";
import { decideManageRules } from "./policy.ts";
import { getOwnRules } from "./queries/current-rules.ts";
import { listAgreements } from "./queries/list-agreements.ts";
import { listTexts } from "./queries/list-texts.ts";
import { ruleTemplates } from "./templates.ts";

export type RulesServices = { database: Database; clock: Clock; keyring: Keyring };

/** By hand at a sign-in page. */
const agreeing: RateLimit = { name: "agreeing", perMinute: 60, burst: 60 };
/** Asking once more reaches everybody. */
const reminding: RateLimit = { name: "reminding-of-rules", perMinute: 6, burst: 6 };

const ById = z.object({ id: z.string().max(100) });
const manage = decidedBy("rules.manage");

/** The operating rules: one's own agreement, and looking after the texts on the LGWAN side. */
export function rulesRoutes({ database, clock, keyring }: RulesServices): Route[] {
  return [
    defineRoute({
      name: "rules.get-own",
      method: "GET",
      path: "/api/v1/me/rules",
      summary: "The operating rules in effect for the caller, and whether the caller has agreed to them.",
      request: {},
      response: { statuses: [200], schema: OwnRules },
      policy: signedIn("one's own agreement"),
      limit: reading,
      handler: async ({ actor }) => {
        const { tenantId, personId: accountId, kind: audience } = actor;
        const who = { tenantId, accountId, audience, agreedBy: agreedByOf(actor) };
        return {
          status: 200,
          body: await database.transaction(scopeOf(tenantId), (tx) => getOwnRules(tx, who, clock.now())),
        };
      },
    }),

    defineRoute({
      name: "rules.agree",
      method: "PUT",
      path: "/api/v1/me/rules/{id}/agreement",
      summary: "Agrees to the operating rules in effect; again changes nothing.",
      request: { params: ById },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own agreement; any text but the one in effect is an unknown id"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await agreeToRules(database, clock, actor, params.id);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "rules.agree-by-token",
      method: "POST",
      path: "/api/v1/rule-agreements",
      summary: "Agrees before signing in, with the token of the refusal `rules-not-agreed`.",
      request: { body: AgreeByTokenRequest },
      response: { statuses: [204], schema: z.null() },
      policy: anyone("the token was given for password and second factor, and can only agree"),
      limit: agreeing,
      handler: async ({ body }) => {
        await agreeByToken(database, clock, keyring, body.token);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "rules.list-texts",
      method: "GET",
      path: "/api/v1/rule-texts",
      summary: "Every version of the operating rules with drafts, for who is entrusted with them.",
      request: {},
      response: { statuses: [200], schema: RuleTextList },
      policy: manage,
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideManageRules(actor));
        const items = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listTexts(tx, actor.tenantId, clock.now()),
        );
        const templates = RuleAudience.options.map((audience) => ({ audience, ...ruleTemplates[audience] }));
        return { status: 200, body: { items, templates } };
      },
    }),

    defineRoute({
      name: "rules.save-draft",
      method: "PUT",
      path: "/api/v1/rule-drafts/{audience}",
      summary: "Keeps the draft of the next version for an audience.",
      request: { params: z.object({ audience: RuleAudience }), body: SaveDraftRequest },
      response: { statuses: [200], schema: z.object({ id: z.uuid() }) },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: { id: await saveDraft(database, clock, actor, params.audience, body) },
      }),
    }),

    defineRoute({
      name: "rules.publish",
      method: "POST",
      path: "/api/v1/rule-texts/{id}/publication",
      summary: "Publishes a draft, now or from a moment on; whoever is signed in then is asked to agree.",
      request: { params: ById, body: PublishRulesRequest },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await publishRules(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "rules.withdraw",
      method: "POST",
      path: "/api/v1/rule-texts/{id}/withdrawal",
      summary: "Takes back a version whose moment has not come; it is a draft again.",
      request: { params: ById, body: WithdrawRulesRequest },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await withdrawRules(database, clock, actor, params.id, body.reason);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "rules.list-agreements",
      method: "GET",
      path: "/api/v1/rule-agreements",
      summary: "Who has agreed to the version in effect and who has not, by section.",
      request: { query: AgreementsQuery },
      response: { statuses: [200], schema: Agreements },
      policy: manage,
      limit: reading,
      handler: async ({ actor, query }) => {
        assertAllowed(actor, decideManageRules(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            listAgreements(tx, actor.tenantId, query.audience, clock.now()),
          ),
        };
      },
    }),

    defineRoute({
      name: "rules.remind",
      method: "POST",
      path: "/api/v1/rule-reminders",
      summary: "Asks everybody who has not agreed yet once more, or those of one section.",
      request: { body: RemindRequest },
      response: { statuses: [200], schema: Reminded },
      policy: manage,
      limit: reminding,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: { reminded: await remindOfRules(database, clock, actor, body) },
      }),
    }),
  ];
}
