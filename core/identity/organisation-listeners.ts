import type { Transaction } from "#core/db/index.ts";

/** What happened to the organisation: sections, posts or people are other than before. */
export type OrganisationChange = {
  tenantId: string;
  /** Whose section, posts or place among the current people may have changed; empty when only sections did. */
  personIds: readonly string[];
  now: Date;
};

/**
 * Told inside the transaction of every action that changes who belongs where, behind its rows and before its commit:
 * what follows the organisation (rooms of sections, say) is never seen to lag behind it. May lock, write and publish;
 * an error undoes the change too. Handed in where modules are assembled, since identity does not know who listens.
 */
export type OrganisationListener = (tx: Transaction, change: OrganisationChange) => Promise<void>;

/** Tells one after the other, in their order. */
export async function tellOrganisationListeners(
  listeners: readonly OrganisationListener[],
  tx: Transaction,
  change: OrganisationChange,
): Promise<void> {
  for (const listen of listeners) await listen(tx, change);
}
