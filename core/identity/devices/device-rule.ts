import { statement, type Transaction } from "#core/db/index.ts";
import type { AccountClass, PersonKind, Zone } from "#core/policy/index.ts";
import { Zones } from "#core/zones/index.ts";
import type { DeviceApproval, DeviceRule } from "./device-contract.ts";

type RuleRow = {
  required_from: Date | null;
  grace_until: Date | null;
  allows_personal: boolean;
  bound_classes: string[];
  consent_text: string | null;
  idle_minutes_lgwan: number | null;
  idle_minutes_internet: number | null;
};

const findRule = statement<RuleRow>(
  "identity.find-device-rule",
  `select required_from, grace_until, allows_personal, bound_classes, consent_text, idle_minutes_lgwan, idle_minutes_internet
     from device_rule where tenant_id = $1`,
);

/** What a municipality asks of devices, as it stands in the database or as it is where nobody has said anything. */
export type DeviceRuleFacts = {
  requiredFrom: Date | null;
  graceUntil: Date | null;
  allowsPersonal: boolean;
  boundClasses: readonly string[];
  /** Chonai's own words when null. */
  consentText: string | null;
  idleMinutes: { lgwan: number | null; internet: number | null };
};

const nothingAsked: DeviceRuleFacts = {
  requiredFrom: null,
  graceUntil: null,
  allowsPersonal: true,
  boundClasses: ["video-tablet", "remote-tablet"],
  consentText: null,
  idleMinutes: { lgwan: null, internet: null },
};

/** What the holder of a personal device agrees to, where the municipality has no words of its own. */
export const ownConsentText = [
  "私物の端末で庁内チャットを使うにあたり、次のことに同意します。",
  "1. この端末に残るのは、庁内チャットの下書き・未送信の発言・ルームの名前・表示の設定だけです。写真、連絡先、位置情報、ほかのアプリの内容は読み取られません。",
  "2. 端末の名前、ブラウザーの種類、ログインした日時、接続元のアドレスが記録されます。",
  "3. 紛失や盗難に気付いたら、すぐに「自分の端末」か情報システム担当課に届け出ます。届出があると、庁内チャットの利用は直ちに止まり、次に端末がつながったときに庁内チャットの内容だけが消去されます。",
  "4. 画面のロックを設定し、家族を含むほかの人に庁内チャットを使わせません。",
  "5. この同意は「自分の端末」からいつでも取り消せます。取り消すと、庁内チャットの内容だけが端末から消えます。",
].join("\n");

export async function findDeviceRule(tx: Transaction, tenantId: string): Promise<DeviceRuleFacts> {
  const row = await tx.first(findRule, [tenantId]);
  if (!row) return nothingAsked;
  return {
    requiredFrom: row.required_from,
    graceUntil: row.grace_until,
    allowsPersonal: row.allows_personal,
    boundClasses: row.bound_classes,
    consentText: row.consent_text,
    idleMinutes: { lgwan: row.idle_minutes_lgwan, internet: row.idle_minutes_internet },
  };
}

/** Of an installation that has none but LGWAN and Internet. */
const baseZones = new Zones();

/** Whether the rule asks for an approved device here. Guests have their own terms; an administrator is never locked out of the hall. */
export function needsApproval(
  rule: DeviceRuleFacts,
  account: { kind: PersonKind; class: AccountClass; administers: boolean },
  zone: Zone,
  now: Date,
  zones = baseZones,
): boolean {
  if (!rule.requiredFrom || now < rule.requiredFrom || account.kind === "guest") return false;
  if (zones.sideOf(zone) !== "lgwan") return true;
  return rule.boundClasses.includes(account.class) && !account.administers;
}

/** What becomes of somebody who has shown password and second factor on a device. */
export type DeviceEntry =
  | { kind: "in"; until: Date | null; asks: boolean }
  | { kind: "out"; why: "device-not-approved" | "device-cut-off" };

/**
 * A device that is cut off never comes in; one that needs approval comes in approved, or within the grace. A zone that asks
 * for approved devices by itself knows no grace.
 */
export function decideDeviceEntry(
  rule: DeviceRuleFacts,
  account: { kind: PersonKind; class: AccountClass; administers: boolean },
  zone: Zone,
  approval: DeviceApproval,
  now: Date,
  zones = baseZones,
): DeviceEntry {
  if (approval === "cut-off") return { kind: "out", why: "device-cut-off" };
  if (approval === "approved") return { kind: "in", until: null, asks: false };
  if (zones.needsApprovedDevice(zone)) return { kind: "out", why: "device-not-approved" };
  if (!needsApproval(rule, account, zone, now, zones)) return { kind: "in", until: null, asks: false };
  if (approval !== "refused" && rule.graceUntil && now < rule.graceUntil)
    return { kind: "in", until: rule.graceUntil, asks: approval === "unasked" };
  return { kind: "out", why: "device-not-approved" };
}

/** The rule as administrators see it. */
export function toDeviceRule(facts: DeviceRuleFacts, now: Date, unapproved: number): DeviceRule {
  return {
    isApprovalNeeded: facts.requiredFrom !== null && now >= facts.requiredFrom,
    requiredFrom: facts.requiredFrom?.toISOString() ?? null,
    graceUntil: facts.graceUntil?.toISOString() ?? null,
    allowsPersonal: facts.allowsPersonal,
    // Only the choices of the contract are ever written.
    boundClasses: facts.boundClasses as DeviceRule["boundClasses"],
    consentText: facts.consentText ?? ownConsentText,
    hasOwnConsentText: facts.consentText !== null,
    idleMinutes: facts.idleMinutes,
    unapproved,
  };
}
