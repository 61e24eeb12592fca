import type { Actor } from "./actor.ts";

/**
 * What an administrator may be entrusted with, each apart from the others: accounts and the organisation (`accounts`),
 * what may cross and how Chonai is used (`rules`), the audit record (`audit`), what is kept and disposed of (`records`).
 */
export const offices = ["accounts", "rules", "audit", "records"] as const;
export type Office = (typeof offices)[number];

/**
 * Whether somebody is entrusted with this office. Only a person of the staff is: behind a section's shared account or a
 * guest there is nobody whom one could ask afterwards.
 */
export function administers(actor: Pick<Actor, "kind" | "offices">, office: Office): boolean {
  return actor.kind === "staff" && actor.offices.includes(office);
}
