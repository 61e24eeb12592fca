import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of accounts: what everybody does with their own, and what administrators do with others'. */
export const accountRules = {
  own: {
    id: "account.own",
    ja: "本人が自分のアカウントを管理します",
    en: "everybody looks after their own account",
  },
  administratorManages: {
    id: "account.administrator-manages",
    ja: "管理者は LGWAN 側の端末からアカウントを管理します",
    en: "administrators manage accounts, at a terminal on the LGWAN side",
  },
  administratorsOnly: {
    id: "account.administrators-only",
    ja: "アカウントの管理は、担当「アカウント」の管理者だけができます",
    en: 'only administrators with the office "accounts" manage accounts',
  },
  inTheHallOnly: {
    id: "account.in-the-hall-only",
    ja: "アカウントの管理は LGWAN 側の端末からだけできます",
    en: "accounts are managed at terminals on the LGWAN side only",
  },
  notOneself: {
    id: "account.not-oneself",
    ja: "自分自身のアカウントは、この画面ではなく「アカウント」から変更します",
    en: 'one\'s own account is changed under "Account", not here',
  },
  ended: {
    id: "account.ended",
    ja: "アカウントの有効期間が終わりました",
    en: "the account's time is over",
  },
} as const satisfies Record<string, Rule>;

const rulesRule = {
  id: "account.administrator-changes-sign-in-rules",
  ja: "担当「ルール」の管理者は LGWAN 側の端末からログインの決まりを変更します",
  en: "administrators of the rules change how one signs in, at a terminal on the LGWAN side",
} as const satisfies Rule;

const administrators = { ja: "情報システム担当課の管理者", en: "an administrator in the IT division" };

/** Whether somebody may see and change the accounts of others. Guests do not learn that there is such a page. */
export function decideManageAccounts(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(accountRules.administratorsOnly);
  if (!administers(actor, "accounts")) return deny(accountRules.administratorsOnly, administrators);
  if (actor.zone !== "lgwan") return deny(accountRules.inTheHallOnly, administrators);
  return allow(accountRules.administratorManages);
}

/** The same for changing one account: nobody resets or disables their own, so that the last way in is not lost by a slip. */
export function decideManageAccount(actor: Actor, accountId: string): Decision {
  const decision = decideManageAccounts(actor);
  if (decision.kind === "allow" && actor.personId === accountId)
    return deny(accountRules.notOneself, { ja: "ほかの管理者", en: "another administrator" });
  return decision;
}

/** Whether somebody may decide how everybody signs in: not who hands passwords over, unless entrusted with both. */
export function decideChangeSignInRules(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(accountRules.administratorsOnly);
  if (!administers(actor, "rules")) return deny(accountRules.administratorsOnly, administrators);
  return actor.zone === "lgwan" ? allow(rulesRule) : deny(accountRules.inTheHallOnly, administrators);
}

/** Who hands passwords over knows for how long they can be used; who decides it does too. */
export function decideReadSignInRules(actor: Actor): Decision {
  return administers(actor, "rules") ? decideChangeSignInRules(actor) : decideManageAccounts(actor);
}
