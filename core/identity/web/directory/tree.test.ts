import { expect, test } from "vitest";
import type { SectionNode } from "../../contract.ts";
import { idsAbove, treeRows } from "./tree.ts";

const node = (id: string, parentId: string | null, people: number): SectionNode => ({
  id,
  code: id,
  name: id,
  kana: "",
  parentId,
  sortOrder: 0,
  people,
});
const sections = [
  node("部", null, 1),
  node("課", "部", 4),
  node("係", "課", 2),
  node("離れた課", "昔の部", 3),
];

test("counts what is below and shows only what is open", () => {
  const shown = (open: string[]) =>
    treeRows(sections, new Set(open)).map(({ section, level, total, place, sisters }) => [
      section.id,
      level,
      total,
      `${place}/${sisters}`,
    ]);
  expect(shown([])).toEqual([
    ["部", 1, 7, "1/2"],
    ["離れた課", 1, 3, "2/2"],
  ]);
  expect(shown(["部", "課"]).map(([id, level]) => [id, level])).toEqual([
    ["部", 1],
    ["課", 2],
    ["係", 3],
    ["離れた課", 1],
  ]);
});

test("knows what is above a section", () => {
  expect(idsAbove(sections, "係")).toEqual(["課", "部"]);
  expect(idsAbove(sections, "部")).toEqual([]);
});
