import type { Reaction } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Signs are drawn by the system's own fonts; the office's words stand as words. */
const signs: { readonly [Key in Reaction]?: string } = {
  "thumbs-up": "👍",
  thanks: "🙏",
  applause: "👏",
  smile: "😊",
  sorry: "🙇",
  question: "❓",
};

export const signOf = (reaction: Reaction): string | undefined => signs[reaction];

/** 了解, or いいね for 👍: what a reaction says in words. */
export const wordsOfReaction = (reaction: Reaction): string => text(`reaction.${reaction}`);
