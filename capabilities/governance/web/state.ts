import { request } from "#web/kit/api/client.ts";
import { Store } from "#web/kit/state/store.ts";
import type { UseReviewList } from "../contract.ts";
import type { GovernanceState } from "./apply.ts";

/** What the stream has told; a page of governance that is open asks again when it changes. */
export const governanceState = new Store<GovernanceState>({ changeId: "" });
/** How many entries of reviews of use wait for the reader. */
export const governanceDuties = new Store(0);

/** Counts anew what waits for somebody who holds the office `audit`. */
export async function countGovernanceDuties(signal?: AbortSignal): Promise<void> {
  const { waiting } = await request<UseReviewList>("GET", "/use-reviews", { ...(signal && { signal }) });
  governanceDuties.set(waiting);
}
