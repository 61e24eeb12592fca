import type { Words } from "#shared/crossing-words.ts";
import { currentLanguage, defineTexts } from "#web/kit/text/catalogue.ts";
import { ja } from "./ja.ts";

export const text = defineTexts(ja, () => import("./en.ts"));

/** In the reader's language. */
export const say = (words: Words): string => (currentLanguage() === "en" ? words.en : words.ja);
