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

/** Every reaction in its order. Named here, since the contract's schemas would bring their library into the page. */
const everyReaction: { readonly [Key in Reaction]: true } = {
  understood: true,
  confirmed: true,
  working: true,
  done: true,
  "thumbs-up": true,
  thanks: true,
  applause: true,
  smile: true,
  sorry: true,
  question: true,
};
// The keys are the record's own.
export const reactions = Object.keys(everyReaction) as readonly Reaction[];

export const signOf = (reaction: Reaction): string | undefined => signs[reaction];

/** 了解, or いいね for 👍: what a reaction says in words. */
export const wordsOfReaction = (reaction: Reaction): string => text(`reaction.${reaction}`);
