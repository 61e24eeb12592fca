import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of identity providers: who sets them up, and for whom they may vouch. */
export const providerRules = {
  accountsSets: {
    id: "provider.accounts-office-sets",
    ja: "アカウントの管理者は LGWAN 側で認証連携を設定できます",
    en: "who administers accounts sets identity providers up, on the LGWAN side",
  },
  accountsOnly: {
    id: "provider.accounts-office-only",
    ja: "認証連携を設定できるのは、担当「アカウント」の管理者だけです",
    en: 'only administrators with the office "accounts" set identity providers up',
  },
  inTheHallOnly: {
    id: "provider.in-the-hall-only",
    ja: "認証連携は LGWAN 側の端末からだけ設定できます",
    en: "identity providers are set up at terminals on the LGWAN side only",
  },
  vouches: {
    id: "session.provider-vouches",
    ja: "認証連携によるログイン",
    en: "signed in on an identity provider's word",
  },
  logsOut: {
    id: "session.provider-logs-out",
    ja: "認証連携の相手のシステムでのログアウト",
    en: "signed out at the identity provider",
  },
  ends: {
    id: "session.provider-ends",
    ja: "認証連携の停止または結び付きの解除",
    en: "the identity provider was switched off, or the link to it taken away",
  },
} as const satisfies Record<string, Rule>;

const ask = { ja: "情報システム担当課の管理者", en: "an administrator in the IT division" };

/** Whether somebody may see and change identity providers. Guests do not learn that there is such a page. */
export function decideSetProviders(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(providerRules.accountsOnly);
  if (!administers(actor, "accounts")) return deny(providerRules.accountsOnly, ask);
  if (actor.zone !== "lgwan") return deny(providerRules.inTheHallOnly, ask);
  return allow(providerRules.accountsSets);
}

/**
 * Whether a provider may vouch for an account. Who watches over the administrators (audit, records) is never let in on the word of
 * a system that these administrators set up.
 */
export function mayVouchFor(
  provider: { personKinds: readonly string[]; allowsAdministrators: boolean },
  account: { kind: string; offices: readonly string[] },
): boolean {
  if (!provider.personKinds.includes(account.kind)) return false;
  if (account.offices.includes("audit") || account.offices.includes("records")) return false;
  return account.offices.length === 0 || provider.allowsAdministrators;
}
