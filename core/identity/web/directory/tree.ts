/** The organisation as a tree to be drawn and walked by keys. Pure. */
import type { SectionNode } from "../../contract.ts";

export type TreeRow = {
  section: SectionNode;
  /** 1 at the top. */
  level: number;
  /** Its place among its sisters, from 1, and how many they are. */
  place: number;
  sisters: number;
  hasChildren: boolean;
  isOpen: boolean;
  /** Staff of the section and of all below it. */
  total: number;
};

/** The rows that are seen when only `open` sections show what is below them. Sections whose parent is not there stand at the top. */
export function treeRows(sections: readonly SectionNode[], open: ReadonlySet<string>): TreeRow[] {
  const ids = new Set(sections.map((section) => section.id));
  const children = Map.groupBy(sections, ({ parentId }) =>
    parentId !== null && ids.has(parentId) ? parentId : "",
  );
  const totals = new Map<string, number>();
  const rows: TreeRow[] = [];
  const totalOf = (section: SectionNode, above: number): number => {
    const known = totals.get(section.id);
    if (known !== undefined || above > 50) return known ?? 0;
    const below = (children.get(section.id) ?? []).reduce((sum, child) => sum + totalOf(child, above + 1), 0);
    totals.set(section.id, section.people + below);
    return section.people + below;
  };
  const walk = (parentId: string, level: number) => {
    const sisters = children.get(parentId) ?? [];
    for (const [index, section] of sisters.entries()) {
      const hasChildren = children.has(section.id);
      const isOpen = hasChildren && open.has(section.id);
      rows.push({
        section,
        level,
        place: index + 1,
        sisters: sisters.length,
        hasChildren,
        isOpen,
        total: totalOf(section, 0),
      });
      if (isOpen) walk(section.id, level + 1);
    }
  };
  walk("", 1);
  return rows;
}

/** The ids of everything above a section. */
export function idsAbove(sections: readonly SectionNode[], id: string): string[] {
  const byId = new Map(sections.map((section) => [section.id, section]));
  const above: string[] = [];
  let at = byId.get(id)?.parentId;
  while (at && !above.includes(at)) {
    above.push(at);
    at = byId.get(at)?.parentId;
  }
  return above;
}
