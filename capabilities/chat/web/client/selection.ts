/** Messages that are picked out of one room, to copy, save or print them. */
import { Store } from "#web/kit/state/store.ts";
import type { Message } from "../../contract.ts";

export type Selection = { readonly roomId: string; readonly messages: ReadonlyMap<number, Message> };

export const selection = new Store<Selection | undefined>(undefined);

export function startSelection(roomId: string): void {
  selection.set({ roomId, messages: new Map() });
}

export function endSelection(): void {
  selection.set(undefined);
}

export function toggleSelected(message: Message): void {
  const now = selection.get();
  if (!now) return;
  const messages = new Map(now.messages);
  if (!messages.delete(message.seq)) messages.set(message.seq, message);
  selection.set({ ...now, messages });
}
