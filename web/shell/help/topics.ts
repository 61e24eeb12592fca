/** How things are done, in short steps, for the help page. Loaded in the reader's language when the page is opened. */
export type Topic = {
  id: string;
  title: string;
  /** Other words under which somebody looks for it, with their kana. */
  words: string;
  steps: readonly string[];
};

export type Topics = readonly Topic[];

export async function loadTopics(language: "ja" | "en"): Promise<Topics> {
  return language === "ja"
    ? (await import("./topics-ja.ts")).topics
    : (await import("./topics-en.ts")).topics;
}
