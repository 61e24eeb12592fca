/** The sections of the municipality for the quick switcher: as places to go to, and for the kana of what bears their name. */
import type { SectionNode, SectionTree } from "#core/identity/contract.ts";
import { findable, makeMatcher } from "#shared/match-words.ts";
import { request } from "#web/kit/api/client.ts";
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import type { Jump } from "#web/kit/module.ts";

export type Sections = {
  list: (words: string) => readonly Jump[];
  readingOf: (name: string) => string;
};

export const noSections: Sections = { list: () => [], readingOf: (name) => name };

export async function loadSections(signal: AbortSignal): Promise<Sections> {
  return sectionsOf((await request<SectionTree>("GET", "/sections", { signal })).items);
}

export function sectionsOf(items: readonly SectionNode[]): Sections {
  const known = items.map((section) => ({ section, names: findable(section.name, section.kana) }));
  const names = new Map(items.map((section) => [section.id, section.name]));
  // The longest first: 国民健康保険課保険税賦課担当 before 国民健康保険課.
  const readable = items
    .filter((section) => section.kana !== "")
    .sort((a, b) => b.name.length - a.name.length);
  return {
    list(words) {
      if (words === "") return [];
      const match = makeMatcher(words);
      return known.flatMap(({ section, names: findableBy }) => {
        const found = match(findableBy);
        if (found === 0) return [];
        const above = section.parentId === null ? undefined : names.get(section.parentId);
        return {
          id: `section ${section.id}`,
          kind: "section" as const,
          title: section.name,
          ...(above !== undefined && { note: above }),
          picture: <PeopleIcon size={20} />,
          nearness: 0,
          match: found,
          open: () => `/people/sections/${section.id}`,
        };
      });
    },
    readingOf: (name) =>
      readable.reduce((reading, section) => reading.replaceAll(section.name, section.kana), name),
  };
}
