import type { Locator, Page } from "playwright-core";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import type { City, PersonKey } from "./city.ts";

/** A room that somebody has made, with the maker's way to the server. */
export type MadeRoom = { id: string; api: ApiClient };

/** A group with these members besides the one who makes it; each test has a room of its own. */
export async function makeRoom(
  city: City,
  name: string,
  members: readonly PersonKey[] = ["suzuki", "takahashi"],
  by: PersonKey = "sato",
): Promise<MadeRoom> {
  const api = await city.server.as(city.people[by]);
  const room = await api.createGroup(
    members.map((key) => city.people[key].id),
    name,
  );
  return { id: room.id, api };
}

/** The room of two people. */
export async function makeDirectRoom(city: City, from: PersonKey, to: PersonKey): Promise<MadeRoom> {
  const api = await city.server.as(city.people[from]);
  const { body } = await api.post(
    "/api/v1/rooms",
    { kind: "direct", memberIds: [city.people[to].id] },
    { "idempotency-key": newId() },
  );
  return { id: body.id, api };
}

/** What the server has of a room in which 佐藤 is, to see that nothing was lost or doubled. */
export async function bodiesOf(city: City, roomId: string): Promise<string[]> {
  const api = await city.server.as(city.people.sato);
  const answer = await api.get(`/api/v1/rooms/${roomId}/messages?limit=200`);
  return answer.body.items.map((item: { body: string }) => item.body);
}

/** The field in which a message is written. */
export const composer = (page: Page): Locator => page.locator("[data-composer]");

/** The message with these words, as it stands in the room. */
export const message = (page: Page, words: string): Locator =>
  page.getByRole("article").filter({ hasText: words });
