/**
 * Words on the screen. Each module has a catalogue: Japanese first, as the list of keys, and English with the same keys
 * (the type checker refuses a missing or an unknown one). `{name}` is filled in, and a forgotten fact is a type error.
 * English may choose by number: `{count} {count:person|people}`.
 */

export type Language = "ja" | "en";

type FactNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}:${string}` ? Plain : Name) | FactNames<Rest>
  : never;

type Facts<Text extends string> = [FactNames<Text>] extends [never]
  ? []
  : [facts: { readonly [Name in FactNames<Text>]: string | number }];

/** The shape of a translation: the same keys, other words. */
export type Translation<Ja> = { readonly [Key in keyof Ja]: string };

/** `text("room.members", { count: 3 })` → 3人 */
export type TextOf<Ja extends Readonly<Record<string, string>>> = <Key extends keyof Ja & string>(
  key: Key,
  ...facts: Facts<Ja[Key]>
) => string;

type Catalogue = {
  en: () => Promise<{ default: Readonly<Record<string, string>> }>;
  words: Readonly<Record<string, string>> | undefined;
};

const catalogues: Catalogue[] = [];
let language: Language = "ja";

/** Registers a module's words. English is fetched only when somebody reads English. */
export function defineTexts<const Ja extends Readonly<Record<string, string>>>(
  ja: Ja,
  en: () => Promise<{ default: Translation<Ja> }>,
): TextOf<Ja> {
  const catalogue: Catalogue = { en, words: undefined };
  catalogues.push(catalogue);
  if (language === "en") void load(catalogue);
  return (key, ...[facts]) => {
    const words = language === "en" ? (catalogue.words ?? ja) : ja;
    return fill(words[key] ?? ja[key] ?? key, facts);
  };
}

export function currentLanguage(): Language {
  return language;
}

/** Changes the language once its words are there. Whoever calls this draws the screen anew. */
export async function changeLanguage(next: Language): Promise<void> {
  language = next;
  document.documentElement.lang = next;
  if (next === "en") await Promise.all(catalogues.map(load));
}

async function load(catalogue: Catalogue): Promise<void> {
  catalogue.words ??= (await catalogue.en()).default;
}

function fill(text: string, facts: Readonly<Record<string, string | number>> | undefined): string {
  if (!facts) return text;
  return text.replace(
    /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const fact = facts[name];
      if (fact === undefined) return whole;
      if (one !== undefined && many !== undefined) return Number(fact) === 1 ? one : many;
      return typeof fact === "number" ? inDigits(fact) : fact;
    },
  );
}

/** As the office writes numbers: 12,480. The browser's library would do it too, but takes milliseconds to wake. */
function inDigits(fact: number): string {
  if (!Number.isInteger(fact)) return fact.toLocaleString("ja-JP");
  return String(fact).replace(/\B(?=(\d{3})+$)/g, ",");
}
