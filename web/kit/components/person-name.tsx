import type { PersonSummary } from "#core/identity/contract.ts";
import { text } from "../text/index.ts";
import { Tag } from "./badge.tsx";

/** 課税課 主査, or where a guest comes from. Empty when there is nothing to say. */
export function placeOf(
  person: Pick<PersonSummary, "kind" | "name" | "sectionName" | "postName" | "affiliation">,
): string {
  if (person.kind === "guest") return person.affiliation ?? "";
  // A section account bears its section's name; saying it twice helps nobody.
  if (person.kind === "section")
    return person.sectionName && person.sectionName !== person.name
      ? person.sectionName
      : text("person.section");
  return [person.sectionName, person.postName].filter(Boolean).join("　");
}

/** A name as its owner writes it, isolated so that no character in it can turn the line around. */
export function PersonName({ person }: { person: Pick<PersonSummary, "name" | "kind"> }) {
  return (
    <>
      <bdi>{person.name}</bdi>
      {person.kind === "guest" && <Tag tone="warn">{text("person.guest")}</Tag>}
    </>
  );
}
