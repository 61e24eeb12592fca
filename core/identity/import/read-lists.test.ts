import { expect, test, vi } from "vitest";
import { readLists } from "./read-lists.ts";

// A thread starts slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 60_000 });

const csv = (rows: number) =>
  Buffer.from(
    `職員番号,氏名,カナ,所属コード\r\n${Array.from({ length: rows }, (_, i) => `${i + 1},職員 ${i},ショクイン,0101`).join("\r\n")}`,
  );
const today = "2026-11-21";
const codes = (issues: readonly { code: string }[] | undefined) => issues?.map(({ code }) => code);

test("lists are read in a thread: lines, findings and where the columns stand come back", async () => {
  const { people, sections } = await readLists({
    people: csv(3),
    sections: Buffer.from("組織コード,名称\r\n0101,=危険"),
    today,
  });
  expect(people?.lines).toHaveLength(3);
  expect([people?.headings.sectionCode, people?.headings.loginId]).toEqual(["所属コード", "ログインID"]);
  expect(people?.columnsAt.get("カナ")).toBe(2);
  expect(codes(sections?.issues)).toEqual(["formula-refused"]);
});

test("a file that takes too long, or too much memory, is given up with a finding, and the next one is read", async () => {
  for (const limits of [
    { milliseconds: 1, megabytes: 512 },
    { milliseconds: 60_000, megabytes: 4 },
  ]) {
    const [slow, next] = await Promise.all([
      readLists({ people: csv(90_000), today }, limits),
      readLists({ people: csv(1), today }),
    ]);
    expect(codes(slow.people?.issues)).toEqual(["file-takes-too-long"]);
    expect(slow.people?.lines).toEqual([]);
    expect(next.people?.lines).toHaveLength(1);
  }
});

test("too many rows are refused, and of too many findings the first are shown with how many there are", async () => {
  expect(codes((await readLists({ people: csv(100_001), today })).people?.issues)).toEqual([
    "file-too-many-rows",
  ]);
  const wrong = Array.from({ length: 1500 }, (_, i) => `${i + 1},=名前,ショクイン,0101`);
  const { people } = await readLists({
    people: Buffer.from(["職員番号,氏名,カナ,所属コード", ...wrong].join("\r\n")),
    today,
  });
  expect(people?.issues).toHaveLength(1001);
  expect(people?.issues.at(-1)).toMatchObject({ code: "findings-left-out", severity: "error" });
  expect(people?.issues.at(-1)?.ja).toContain("500件");
});

test("what Chonai has exported is read as it was", async () => {
  const { people } = await readLists({
    people: Buffer.from("職員番号,氏名,カナ,所属コード\r\n'000123,'佐藤 花子,\"'サトウ\",0101"),
    today,
  });
  expect(people?.lines[0]).toMatchObject({ number: "000123", name: "佐藤 花子", kana: "サトウ" });
});
