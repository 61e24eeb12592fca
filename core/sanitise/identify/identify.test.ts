import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identify } from "./identify.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chonai-identify-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function kindOf(name: string, content: Buffer | string) {
  const path = join(folder, "file");
  await writeFile(path, content);
  return identify(path, name);
}

const pdf = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const emptyZip = Buffer.concat([Buffer.from("504b0506", "hex"), Buffer.alloc(18)]);

test("what a file is follows from its content, and texts are told apart by name", async () => {
  expect(await kindOf("a.pdf", pdf)).toMatchObject({
    mime: "application/pdf",
    encrypted: false,
    macros: false,
  });
  expect(await kindOf("名簿.csv", iconv.encode("氏名,所属\r\n髙橋,総務課", "cp932"))).toMatchObject({
    mime: "text/csv",
  });
  expect(await kindOf("memo", "庁議は九時から")).toMatchObject({ mime: "text/plain" });
  expect(await kindOf("a.txt", iconv.encode("町内会の記録です。ご確認ください。", "euc-jp"))).toMatchObject({
    family: "text",
  });
  expect(await kindOf("a.zip", emptyZip)).toMatchObject({ family: "archive" });
  expect(await kindOf("a.bin", Buffer.from([0, 1, 2, 3]))).toMatchObject({ family: "unknown" });
});

test("a PDF's scripts are found in plain, escaped and named otherwise", async () => {
  expect(
    await kindOf("a.pdf", pdf.replace("/Catalog", "/Catalog /OpenAction << /S /JavaScript /JS (x) >>")),
  ).toMatchObject({ macros: true });
  expect(await kindOf("a.pdf", pdf.replace("/Catalog", "/Catalog /A << /S /Java#53cript >>"))).toMatchObject({
    macros: true,
  });
  expect(await kindOf("a.pdf", pdf.replace("/Root", "/Encrypt 5 0 R /Root"))).toMatchObject({
    encrypted: true,
  });
});

test("two types at once, and a name that promises another, are disguises", async () => {
  const disguises: [string, Buffer | string, string][] = [
    ["a.pdf", Buffer.concat([Buffer.from(pdf), emptyZipBehind()]), "two-types"],
    ["a.png", Buffer.concat([png, Buffer.from(pdf)]), "two-types"],
    ["a.gif", "GIF89a/*\0\0*/=1;alert(1)", "two-types"],
    ["a.png", Buffer.concat([png, Buffer.from("<script>alert(1)</script>")]), "two-types"],
    ["給与.pdf", Buffer.from("4d5a90000300", "hex"), "other-than-named"],
    ["給与.docx", pdf, "other-than-named"],
    ["a.png", pdf, "other-than-named"],
    ["写真.jpg", "#!/bin/sh\nrm -rf ~\n", "other-than-named"],
  ];
  for (const [name, content, disguise] of disguises)
    expect(await kindOf(name, content), name).toMatchObject({ disguise });
  expect(await kindOf("a.jpg", png)).not.toHaveProperty("disguise");
});

/** A directory with one entry that says where it stands from its own start, as one appended to another file does. */
function emptyZipBehind(): Buffer {
  const name = Buffer.from("a.txt");
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  name.copy(local, 30);
  const central = Buffer.alloc(46 + name.length);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(name.length, 28);
  name.copy(central, 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
