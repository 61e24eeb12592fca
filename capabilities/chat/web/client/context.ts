import { createContext, use } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { sameElements, useStore } from "#web/kit/state/store.ts";
import type { RoomItem } from "../../contract.ts";
import type { ChatState } from "../state.ts";
import type { ChatClient } from "./chat-client.ts";

export const ChatContext = createContext<ChatClient | undefined>(undefined);

export function useChat(): ChatClient {
  const chat = use(ChatContext);
  if (!chat) throw new Error("The chat's screens stand inside its Provider.");
  return chat;
}

/** What `select` says of the chat's state; give `isEqual` when it builds something new. */
export function useChatState<S>(select: (state: ChatState) => S, isEqual?: (a: S, b: S) => boolean): S {
  return useStore(useChat().state, select, isEqual);
}

export function useRoom(roomId: string): RoomItem | undefined {
  return useChatState((state) => state.rooms[roomId]);
}

/** A person by id, asking for the name when nobody has met them yet. */
export function usePerson(personId: string | null): PersonSummary | undefined {
  const chat = useChat();
  const person = useStore(chat.people.known, (known) => (personId ? known[personId] : undefined));
  if (personId && !person) chat.people.want(personId);
  return person;
}

export { sameElements };
