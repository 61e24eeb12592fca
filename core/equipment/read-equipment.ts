import { type Column, readTable } from "#core/identity/index.ts";
import type { EquipmentKind, EquipmentReport, EquipmentState } from "./contract.ts";

type Key =
  | "number"
  | "kind"
  | "owned"
  | "model"
  | "serial"
  | "sim"
  | "network"
  | "holder"
  | "section"
  | "state"
  | "due"
  | "note";

const columns: readonly Column<Key>[] = [
  { key: "number", headings: ["備品番号", "管理番号", "資産番号", "端末番号"], isNeeded: true },
  { key: "kind", headings: ["種類", "種別", "機器種別"], isNeeded: true },
  { key: "owned", headings: ["貸与・私物", "所有"] },
  { key: "model", headings: ["機種名", "機種", "型番", "品名"] },
  { key: "serial", headings: ["製造番号", "シリアル番号", "S/N"] },
  { key: "sim", headings: ["電話番号", "SIM電話番号", "回線番号"] },
  { key: "network", headings: ["網", "接続系", "ネットワーク"] },
  { key: "holder", headings: ["職員番号", "使用者番号"] },
  { key: "section", headings: ["所属コード", "組織コード", "配置所属"] },
  { key: "state", headings: ["状態"] },
  { key: "due", headings: ["返却予定日", "貸出期限"] },
  { key: "note", headings: ["備考", "メモ"] },
];

const kinds: Readonly<Record<string, EquipmentKind>> = {
  PC: "pc",
  パソコン: "pc",
  端末: "pc",
  ノートPC: "pc",
  Chromebook: "pc",
  タブレット: "tablet",
  スマートフォン: "phone",
  スマホ: "phone",
  携帯電話: "phone",
  電話: "phone",
  SIM: "sim-dongle",
  SIMドングル: "sim-dongle",
  ドングル: "sim-dongle",
  USBメモリ: "usb-memory",
  USBメモリー: "usb-memory",
  USB: "usb-memory",
  その他: "other",
};
const states: Readonly<Record<string, EquipmentState>> = {
  保管: "in-store",
  保管中: "in-store",
  貸出中: "handed-out",
  貸与中: "handed-out",
  使用中: "handed-out",
  紛失: "lost",
  廃棄: "retired",
  廃止: "retired",
};
const networks: Readonly<Record<string, "lgwan" | "internet">> = {
  LGWAN: "lgwan",
  LGWAN接続系: "lgwan",
  LGWAN側: "lgwan",
  インターネット: "internet",
  インターネット接続系: "internet",
  インターネット側: "internet",
};

/** A row as it is to stand in the register; holder and section still by number and code. */
export type EquipmentLine = {
  row: number;
  number: string;
  kind: EquipmentKind;
  owned: "issued" | "personal";
  model: string;
  serial: string;
  sim: string;
  network: "lgwan" | "internet" | null;
  holder: string;
  section: string;
  state: EquipmentState;
  due: string | null;
  note: string;
  /** Columns that the list does not have: what the register says there stays. */
  absent: ReadonlySet<string>;
};
export type EquipmentIssue = EquipmentReport["issues"][number];

/** Reads the list. What cannot be understood is left out and explained; whoever made the file finds it by row and column. */
export function readEquipment(bytes: Uint8Array): { lines: EquipmentLine[]; issues: EquipmentIssue[] } {
  // The name goes only into the findings, of which row, column and words are taken.
  const table = readTable("people", bytes, columns);
  const issues: EquipmentIssue[] = table.issues
    .filter(({ severity }) => severity === "error")
    .map(({ row, column, ja, en }) => ({ row, column, ja, en }));
  const lines: EquipmentLine[] = [];
  const seen = new Map<string, number>();
  for (const { number: row, cells } of table.rows) {
    const plain = (key: Key) => (cells[key] ?? "").normalize("NFKC").trim();
    const complain = (key: Key, ja: string, en: string) =>
      issues.push({ row, column: table.headings[key], ja, en });
    const choose = <T>(key: Key, choices: Readonly<Record<string, T>>): T | undefined => {
      const typed = plain(key).replace(/\s/g, "");
      const found = Object.entries(choices).find(([word]) => word.toLowerCase() === typed.toLowerCase());
      if (typed !== "" && !found) {
        const words = Object.keys(choices).join("・");
        complain(
          key,
          `「${typed}」は使えません。${words} のどれかにしてください。`,
          `Write one of: ${words}.`,
        );
      }
      return found?.[1];
    };
    const number = plain("number");
    if (number === "") complain("number", "備品番号を入れてください。", "A number is needed.");
    const before = seen.get(number);
    if (number !== "" && before !== undefined)
      complain(
        "number",
        `備品番号が ${before}行目 と同じです。`,
        `The number is the same as in row ${before}.`,
      );
    seen.set(number, row);
    const kind = choose("kind", kinds);
    if (plain("kind") === "") complain("kind", "種類を入れてください。", "A kind is needed.");
    const holder = plain("holder");
    const state = choose("state", states) ?? (holder ? "handed-out" : "in-store");
    if (holder && state !== "handed-out" && state !== "lost")
      complain(
        "state",
        "職員番号があるときの状態は、貸出中か紛失にしてください。",
        "With a holder the state is 貸出中 or 紛失.",
      );
    const due = plain("due").replaceAll("/", "-");
    if (due !== "" && !isDay(due))
      complain("due", "日付は 2026-04-01 の形で入れてください。", "Write the day as 2026-04-01.");
    if (kind === undefined) continue;
    lines.push({
      row,
      number,
      kind,
      owned: choose("owned", { 貸与: "issued", 私物: "personal" } as const) ?? "issued",
      model: cells.model ?? "",
      serial: plain("serial"),
      sim: plain("sim"),
      network: choose("network", networks) ?? null,
      holder,
      section: plain("section"),
      state,
      due: due === "" ? null : due,
      note: cells.note ?? "",
      absent: new Set(columns.flatMap(({ key }) => (cells[key] === undefined ? [key] : []))),
    });
  }
  return { lines, issues };
}

/** A day of the calendar: 2026-02-31 is none. */
function isDay(words: string): boolean {
  const day = new Date(`${words}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(words) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(words)
  );
}
