import { request } from "#web/kit/api/client.ts";
import { Store } from "#web/kit/state/store.ts";
import type { GuestsPage } from "../contract.ts";
import type { GuestState } from "./apply.ts";

/** What the stream has told; a page that shows guests asks again when it changes. */
export const guestState = new Store<GuestState>({ changeId: "" });
/** How many of the reader's guests wait for something. */
export const guestDuties = new Store(0);

/** Counts anew what waits for the reader. */
export async function countGuestDuties(signal?: AbortSignal): Promise<void> {
  const page = await request<GuestsPage>("GET", "/guests", { ...(signal && { signal }) });
  guestDuties.set(page.items.filter((guest) => guest.needs.length > 0).length);
}
