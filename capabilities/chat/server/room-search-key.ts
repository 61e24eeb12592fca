import { searchKey } from "#shared/text.ts";

/** What a room is found by: its name, its reading and its purpose. A newline keeps a match from spanning two of them. */
export function roomSearchKey(name: string, kana: string, description: string): string {
  return [name, kana, description].map(searchKey).join("\n");
}
