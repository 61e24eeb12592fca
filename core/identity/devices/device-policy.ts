import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of devices: one's own, others', and what is asked of them. */
export const deviceRules = {
  own: {
    id: "device.own",
    ja: "本人が自分の端末を管理します",
    en: "everybody looks after their own devices",
  },
  accountsDecides: {
    id: "device.accounts-office-decides",
    ja: "アカウントの管理者は LGWAN 側で端末を承認し、利用を停止できます",
    en: "who administers accounts approves and cuts off devices, on the LGWAN side",
  },
  systemsOfficerDecides: {
    id: "device.systems-officer-decides",
    ja: "所属の情報システム担当者は、所属の職員の端末を承認し、利用を停止できます",
    en: "the systems officer of a section approves and cuts off the devices of its people",
  },
  onlyThem: {
    id: "device.only-administrators",
    ja: "端末を承認できるのは、アカウントの管理者と所属の情報システム担当者です",
    en: "devices are approved by who administers accounts and by the section's systems officer",
  },
  inTheHallOnly: {
    id: "device.in-the-hall-only",
    ja: "端末の承認と停止は LGWAN 側の端末からだけできます",
    en: "devices are approved and cut off at terminals on the LGWAN side only",
  },
  ruleByAccounts: {
    id: "device-rule.accounts-office-sets",
    ja: "アカウントの管理者は LGWAN 側で端末の決まりを変更できます",
    en: "who administers accounts sets the rules of devices, on the LGWAN side",
  },
  notOneself: {
    id: "device.not-ones-own-approval",
    ja: "自分の端末を自分で承認することはできません",
    en: "nobody approves their own device",
  },
} as const satisfies Record<string, Rule>;

const ask = { ja: "情報システム担当課", en: "the IT division" };

/** Whose devices somebody may decide about: everybody's, or those of the sections of which they are the systems officer. */
export type DevicesInCharge = { kind: "all" } | { kind: "sections"; sectionIds: readonly string[] };

/**
 * Whether somebody may see and decide about the devices of others at all. Guests do not learn that there is such a page.
 *
 * @param officerOf the sections of which the actor is the systems officer today
 */
export function decideDevices(actor: Actor, officerOf: readonly string[]): Decision {
  if (actor.kind === "guest") return hidden(deviceRules.onlyThem);
  const isAccounts = actor.kind === "staff" && administers(actor, "accounts");
  if (!isAccounts && officerOf.length === 0) return deny(deviceRules.onlyThem, ask);
  if (actor.zone !== "lgwan") return deny(deviceRules.inTheHallOnly, ask);
  return allow(isAccounts ? deviceRules.accountsDecides : deviceRules.systemsOfficerDecides);
}

/** The list predicate of `decideDevices` and `decideDevice`. */
export function devicesInCharge(actor: Actor, officerOf: readonly string[]): DevicesInCharge {
  return administers(actor, "accounts") ? { kind: "all" } : { kind: "sections", sectionIds: officerOf };
}

/** Whether somebody may cut off this person's device, or give it back. */
export function decideDevice(
  actor: Actor,
  officerOf: readonly string[],
  holder: { sectionId: string | null },
): Decision {
  const decision = decideDevices(actor, officerOf);
  if (decision.kind !== "allow" || administers(actor, "accounts")) return decision;
  const isTheirs = holder.sectionId !== null && officerOf.includes(holder.sectionId);
  return isTheirs ? decision : hidden(deviceRules.onlyThem);
}

/** Whether somebody may approve or refuse this person's device: nobody their own. */
export function decideApproveDevice(
  actor: Actor,
  officerOf: readonly string[],
  holder: { personId: string; sectionId: string | null },
): Decision {
  const decision = decideDevice(actor, officerOf, holder);
  if (decision.kind === "allow" && holder.personId === actor.personId)
    return deny(deviceRules.notOneself, { ja: "ほかの管理者", en: "another administrator" });
  return decision;
}

/** Whether somebody may see and set what is asked of devices. */
export function decideDeviceRule(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(deviceRules.onlyThem);
  if (actor.kind !== "staff" || !administers(actor, "accounts")) return deny(deviceRules.onlyThem, ask);
  if (actor.zone !== "lgwan") return deny(deviceRules.inTheHallOnly, ask);
  return allow(deviceRules.ruleByAccounts);
}
