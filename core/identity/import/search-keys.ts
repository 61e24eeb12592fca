import { searchKey } from "#shared/text.ts";

/** Forms of one character that a searcher does not type: whoever looks for 高橋 finds 髙橋 as well. */
const variants: Readonly<Record<string, string>> = {
  髙: "高",
  﨑: "崎",
  嵜: "崎",
  𠮷: "吉",
  邊: "辺",
  邉: "辺",
  齋: "斎",
  齊: "斉",
  濵: "浜",
  濱: "浜",
  德: "徳",
  眞: "真",
  廣: "広",
  澤: "沢",
  國: "国",
  惠: "恵",
  櫻: "桜",
  嶋: "島",
  嶌: "島",
  瀨: "瀬",
  瀧: "滝",
  龍: "竜",
  條: "条",
  圓: "円",
  淺: "浅",
  戶: "戸",
  榮: "栄",
  藏: "蔵",
  增: "増",
  彌: "弥",
  亞: "亜",
  與: "与",
  槇: "槙",
  靜: "静",
  冨: "富",
};

/** What a person is found by: name, kana and former name. Parts are separated by a space, which no searched key has. */
export function personSearchKey(name: string, kana: string, formerName: string | null): string {
  return joinKeys([name, withoutVariants(name), kana, formerName ?? "", withoutVariants(formerName ?? "")]);
}

/** What a section is found by: its name and kana. */
export function sectionSearchKey(name: string, kana: string): string {
  return joinKeys([name, withoutVariants(name), kana]);
}

function joinKeys(parts: readonly string[]): string {
  return [...new Set(parts.map(searchKey).filter((key) => key !== ""))].join(" ");
}

function withoutVariants(text: string): string {
  // CJK compatibility ideographs that belong to names (﨑) have their own code points beside those that NFC replaces.
  return Array.from(text, (character) => variants[character] ?? character).join("");
}
