import type { Actor } from "./actor.ts";

/**
 * What an administrator may be entrusted with, each apart from the others: accounts and the organisation (`accounts`),
 * what may cross and how Chonai is used (`rules`), the audit record (`audit`), what is kept and disposed of (`records`).
 */
export type Office = "accounts" | "rules" | "audit" | "records";

/** Whether somebody administers, and is entrusted with this. */
export function administers(actor: Actor, _office: Office): boolean {
  return actor.isAdministrator && actor.kind !== "guest";
}
