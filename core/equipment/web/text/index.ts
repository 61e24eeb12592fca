import { defineTexts } from "#web/kit/text/catalogue.ts";
import { ja } from "./ja.ts";

export const text = defineTexts(ja, () => import("./en.ts"));
