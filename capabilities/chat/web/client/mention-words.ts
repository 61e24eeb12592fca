/** People, sections, posts and everybody as they stand in a text. A person's id is a UUID; the others say what they are. */
import type { MentionTargetRequest } from "../../contract.ts";

export type Mentioned = { readonly id: string; readonly name: string };

export const everybodyId = "everybody";
export const sectionId = (id: string) => `section:${id}`;
export const postId = (name: string) => `post:${name}`;

/** 「@佐藤 花子さん」, 「@財政課」, 「@全員」. */
export function mentionOf(mentioned: Mentioned): string {
  return targetOf(mentioned) ? `@${mentioned.name}` : `@${mentioned.name}さん`;
}

/** What the server is asked to resolve; undefined for a person. */
export function targetOf({ id }: Pick<Mentioned, "id">): MentionTargetRequest | undefined {
  if (id === everybodyId) return { kind: "everybody" };
  if (id.startsWith("section:")) return { kind: "section", sectionId: id.slice("section:".length) };
  if (id.startsWith("post:")) return { kind: "post", name: id.slice("post:".length) };
  return undefined;
}

/** Those of the picked who are still named in a text, as a request names them. */
export function mentionsIn(
  body: string,
  picked: readonly Mentioned[],
): { mentions: string[]; mentionTargets: MentionTargetRequest[]; mentioned: Mentioned[] } {
  const mentioned = picked.filter((each) => body.includes(mentionOf(each)));
  return {
    mentioned,
    mentions: [...new Set(mentioned.filter((each) => !targetOf(each)).map((each) => each.id))],
    mentionTargets: mentioned.flatMap((each) => targetOf(each) ?? []),
  };
}
