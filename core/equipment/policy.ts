import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

export const equipmentRules = {
  accountsKeeps: {
    id: "equipment.accounts-office-keeps",
    ja: "アカウントの管理者は LGWAN 側で機器台帳を管理します",
    en: "who administers accounts keeps the register of equipment, on the LGWAN side",
  },
  accountsOnly: {
    id: "equipment.accounts-office-only",
    ja: "機器台帳を管理できるのは、アカウントの管理者だけです",
    en: "only who administers accounts keeps the register of equipment",
  },
  holder: {
    id: "equipment.holder-sees",
    ja: "使う人は、自分の機器の記録を見ることができます",
    en: "people see what the register says of what they hold",
  },
  inTheHallOnly: {
    id: "equipment.in-the-hall-only",
    ja: "機器台帳は LGWAN 側の端末からだけ管理できます",
    en: "the register of equipment is kept at terminals on the LGWAN side only",
  },
} as const satisfies Record<string, Rule>;

/** Whether somebody may see and change the register. Guests do not learn that there is one. */
export function decideKeepEquipment(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(equipmentRules.accountsOnly);
  const ask = { ja: "情報システム担当課", en: "the IT division" };
  if (!administers(actor, "accounts")) return deny(equipmentRules.accountsOnly, ask);
  if (actor.zone !== "lgwan") return deny(equipmentRules.inTheHallOnly, ask);
  return allow(equipmentRules.accountsKeeps);
}

/** Whether somebody may see what they hold themselves: everybody but guests, on every side. */
export function decideSeeHeld(actor: Actor): Decision {
  return actor.kind === "guest" ? hidden(equipmentRules.accountsOnly) : allow(equipmentRules.holder);
}
