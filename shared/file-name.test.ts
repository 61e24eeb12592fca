import { expect, test } from "vitest";
import {
  cleanFileName,
  contentDisposition,
  fileNameLimit,
  splitFileName,
  withExtension,
} from "./file-name.ts";

test.each([
  ["見積書（案）.xlsx", "見積書（案）.xlsx"],
  ["が\u3099.txt".normalize("NFD"), "が\u3099.txt".normalize("NFC")],
  ["か\u3099いろ.pdf", "がいろ.pdf"],
  ["予算/案: 令和8年度?.xlsx", "予算／案： 令和8年度？.xlsx"],
  ["..\\..\\etc/passwd", "..＼..＼etc／passwd"],
  ["請求書\u202excod.exe", "請求書xcod.exe"],
  ["a\u0000b\r\nc.txt", "ab c.txt"],
  ["CON", "_CON"],
  ["nul.txt", "_nul.txt"],
  ["com1.tar.gz", "_com1.tar.gz"],
  ["コン.txt", "コン.txt"],
  ["name. . ", "name"],
  ["   ", "名称未設定"],
  ["...", "名称未設定"],
  [".htaccess", ".htaccess"],
  ["葛\u{e0100}城市.docx", "葛\u{e0100}城市.docx"],
  ["\ud800.txt", "\ufffd.txt"],
])("%j is kept as %j", (given, kept) => {
  expect(cleanFileName(given)).toBe(kept);
  expect(cleanFileName(kept)).toBe(kept);
});

test("a long name keeps its extension and no half characters", () => {
  const name = cleanFileName(`${"👨‍👩‍👧葛\u{e0100}".repeat(60)}.xlsx`);
  expect(name.length).toBeLessThanOrEqual(fileNameLimit);
  expect(name).toMatch(/….xlsx$/u);
  expect(name.isWellFormed()).toBe(true);
});

test("extensions", () => {
  expect(splitFileName("第1.2版")).toEqual({ base: "第1.2版", extension: "" });
  expect(splitFileName("a.tar.gz")).toEqual({ base: "a.tar", extension: "gz" });
  expect(withExtension("見積書.xlsx", "pdf")).toBe("見積書.pdf");
  expect(withExtension("写真.JPG", "jpg")).toBe("写真.JPG");
});

test("the header of a download carries the name for everybody, and nothing but a name", () => {
  expect(contentDisposition("attachment", "見積書 (案).xlsx")).toBe(
    "attachment; filename=\"file.xlsx\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8%20%28%E6%A1%88%29.xlsx",
  );
  expect(contentDisposition("inline", 'a";\\%.txt')).toBe(
    "inline; filename=\"a____.txt\"; filename*=UTF-8''a%22%3B%5C%25.txt",
  );
  expect(contentDisposition("attachment", "x\r\nSet-Cookie: a.txt")).not.toMatch(/[\r\n]/);
});
