import { addDays, startOfDate } from "#shared/time.ts";
import type { AccountClass, PersonKind, Zone } from "../contract.ts";
import { type ImportIssue, type IssuePlace, issue } from "./issue.ts";
import { isWithoutEnd, readDate } from "./read-date.ts";
import { type Column, readTable, type TableRow } from "./read-table.ts";
import { isCode, readKana, splitList } from "./values.ts";
import { classWords, kindOfWord, kindWords, readClass, readZones } from "./words.ts";

export type PeopleColumn =
  | "number"
  | "name"
  | "kana"
  | "formerName"
  | "kind"
  | "sectionCode"
  | "post"
  | "postRank"
  | "assignedOn"
  | "concurrentPosts"
  | "loginId"
  | "class"
  | "zones"
  | "administrator"
  | "startsOn"
  | "lastDay"
  | "workplace"
  | "extension"
  | "phone"
  | "affiliation"
  | "sponsorNumber";

const columns: readonly Column<PeopleColumn>[] = [
  { key: "number", headings: ["職員番号", "番号", "職員コード"], isNeeded: true },
  { key: "name", headings: ["氏名", "名前", "職員名"], isNeeded: true, lineBreak: " " },
  { key: "kana", headings: ["カナ", "氏名カナ", "カナ氏名", "フリガナ", "ふりがな"], lineBreak: " " },
  { key: "formerName", headings: ["旧姓", "旧氏名"], lineBreak: " " },
  { key: "kind", headings: ["区分", "種別"] },
  { key: "sectionCode", headings: ["所属コード", "組織コード", "課コード"] },
  { key: "post", headings: ["役職", "職名", "役職名"] },
  { key: "postRank", headings: ["役職順"] },
  { key: "assignedOn", headings: ["発令日", "異動日"] },
  { key: "concurrentPosts", headings: ["兼務", "兼職"], lineBreak: "" },
  { key: "loginId", headings: ["ログインID", "ユーザーID", "アカウント"] },
  { key: "class", headings: ["アカウント区分"] },
  { key: "zones", headings: ["利用できる側", "利用側", "利用範囲"] },
  { key: "administrator", headings: ["管理者"] },
  { key: "startsOn", headings: ["利用開始日"] },
  { key: "lastDay", headings: ["有効期限", "利用終了日"] },
  { key: "workplace", headings: ["勤務場所", "勤務地", "場所"] },
  { key: "extension", headings: ["内線", "内線番号"] },
  { key: "phone", headings: ["電話", "電話番号"] },
  { key: "affiliation", headings: ["会社名・団体名", "会社名", "団体名"] },
  { key: "sponsorNumber", headings: ["担当職員番号", "担当者番号"] },
];

type ConcurrentPost = { sectionCode: string; post: string | null };

export type AccountLine = {
  loginId: string;
  class: AccountClass;
  /** undefined: no such column or an empty cell; a new account gets what its class usually has. */
  zones: Zone[] | undefined;
  isAdministrator: boolean | undefined;
  startsAt: string | null | undefined;
  expiresAt: string | null | undefined;
};

/** One row of the list of people. `undefined`: the file has no such column. `null`: the cell is empty. */
export type PersonLine = {
  row: number;
  number: string;
  name: string;
  kana: string | undefined;
  formerName: string | null | undefined;
  kind: PersonKind;
  sectionCode: string | null | undefined;
  post: string | null | undefined;
  postRank: number | null | undefined;
  assignedOn: string | null | undefined;
  concurrentPosts: ConcurrentPost[] | undefined;
  workplace: string | null | undefined;
  extension: string | null | undefined;
  phone: string | null | undefined;
  affiliation: string | null | undefined;
  sponsorNumber: string | null | undefined;
  account: AccountLine | null | undefined;
};

export type PeopleLines = {
  lines: PersonLine[];
  issues: ImportIssue[];
  /** How the file names a column; the usual heading of one that it lacks. */
  headings: Readonly<Record<PeopleColumn, string>>;
  /** The place of each heading, from 0. */
  columnsAt: ReadonlyMap<string, number>;
};

/** Reads the list of people; rows that cannot be understood are left out and explained in `issues`. */
export function readPeople(bytes: Uint8Array, today: string): PeopleLines {
  const { rows, headings, columnsAt, issues } = readTable("people", bytes, columns);
  const heading = (key: PeopleColumn) => headings[key];
  const lines = rows
    .map((row) => new RowReader(row, heading, issues).read(today))
    .filter((line) => line !== undefined);
  return { lines, issues, headings, columnsAt };
}

/** Reads one row; a class because every cell needs the row, the headings and the place for findings. */
class RowReader {
  readonly #row: TableRow<PeopleColumn>;
  readonly #heading: (key: PeopleColumn) => string;
  readonly #issues: ImportIssue[];

  constructor(row: TableRow<PeopleColumn>, heading: (key: PeopleColumn) => string, issues: ImportIssue[]) {
    this.#row = row;
    this.#heading = heading;
    this.#issues = issues;
  }

  read(today: string): PersonLine | undefined {
    const number = this.#text("number")?.normalize("NFKC") ?? "";
    if (number === "") this.#say("value-missing", "number", { heading: this.#heading("number") });
    else if (!isCode(number)) this.#say("code-invalid", "number", { heading: this.#heading("number") });
    const name = (this.#text("name") ?? "").replace(/[\s\u3000]+/g, " ");
    if (name === "" && number !== "") this.#say("value-missing", "name", { heading: this.#heading("name") });
    if (/[?？〓]/.test(name)) this.#say("name-suspicious", "name");
    if (/[\ue000-\uf8ff]|[\u{f0000}-\u{10fffd}]/u.test(name)) this.#say("name-private-character", "name");
    const kind = this.#kind();
    if (number === "" || name === "" || kind === undefined) return undefined;
    return {
      row: this.#row.number,
      number,
      name,
      kana: readKana(this.#row.cells.kana, this.#place("kana"), this.#issues),
      formerName: this.#text("formerName"),
      kind,
      sectionCode: this.#sectionCode(kind),
      post: this.#post(kind),
      postRank: this.#wholeNumber("postRank"),
      assignedOn: this.#assignedOn(today),
      concurrentPosts: this.#concurrentPosts(kind),
      workplace: this.#text("workplace"),
      extension: this.#text("extension")?.normalize("NFKC") ?? this.#text("extension"),
      phone: this.#text("phone")?.normalize("NFKC") ?? this.#text("phone"),
      affiliation: this.#ofGuest("affiliation", kind),
      sponsorNumber: this.#ofGuest("sponsorNumber", kind)?.normalize("NFKC"),
      account: this.#account(kind),
    };
  }

  #place(key: PeopleColumn): IssuePlace {
    return { file: "people", row: this.#row.number, column: this.#heading(key), value: this.#row.cells[key] };
  }

  #say(code: Parameters<typeof issue>[0], key: PeopleColumn, facts?: Record<string, string | number>): void {
    this.#issues.push(issue(code, this.#place(key), facts));
  }

  #text(key: PeopleColumn): string | null | undefined {
    const cell = this.#row.cells[key];
    return cell === undefined ? undefined : cell || null;
  }

  #kind(): PersonKind | undefined {
    const word = this.#text("kind");
    if (!word) return "staff";
    const kind = kindOfWord(word);
    if (!kind) this.#say("kind-unknown", "kind");
    return kind;
  }

  #sectionCode(kind: PersonKind): string | null | undefined {
    const code = this.#text("sectionCode")?.normalize("NFKC");
    if (kind === "guest") {
      if (code) this.#say("not-for-guests", "sectionCode", { heading: this.#heading("sectionCode") });
      return null;
    }
    if (!code) this.#say("value-missing", "sectionCode", { heading: this.#heading("sectionCode") });
    return code ?? null;
  }

  #post(kind: PersonKind): string | null | undefined {
    const post = this.#text("post");
    if (post && kind === "guest") this.#say("not-for-guests", "post", { heading: this.#heading("post") });
    return post;
  }

  #assignedOn(today: string): string | null | undefined {
    const date = this.#day("assignedOn");
    if (date && date > today) this.#say("date-in-future", "assignedOn");
    return date;
  }

  #concurrentPosts(kind: PersonKind): ConcurrentPost[] | undefined {
    const cell = this.#text("concurrentPosts");
    if (cell === undefined) return undefined;
    if (cell !== null && kind === "guest") {
      this.#say("not-for-guests", "concurrentPosts", { heading: this.#heading("concurrentPosts") });
      return [];
    }
    const posts: ConcurrentPost[] = [];
    for (const part of splitList(cell ?? "", /[;；]/)) {
      const [code = "", post = "", ...rest] = part.split(/[:：]/).map((piece) => piece.trim());
      const sectionCode = code.normalize("NFKC");
      if (rest.length > 0 || !isCode(sectionCode)) this.#say("concurrent-post-invalid", "concurrentPosts");
      else posts.push({ sectionCode, post: post || null });
    }
    return posts;
  }

  #ofGuest(key: "affiliation" | "sponsorNumber", kind: PersonKind): string | null | undefined {
    const value = this.#text(key);
    if (kind === "guest") {
      if (!value) this.#say("guest-needs", key, { heading: this.#heading(key) });
    } else if (value) this.#say("only-for-guests", key, { heading: this.#heading(key) });
    return value;
  }

  #account(kind: PersonKind): AccountLine | null | undefined {
    const loginId = this.#text("loginId")?.normalize("NFKC");
    const word = this.#text("class");
    if (loginId === undefined) {
      if (word) this.#say("account-without-login-id", "class");
      return this.#row.cells.loginId === undefined ? undefined : null;
    }
    if (!/^[0-9A-Za-z][0-9A-Za-z._@-]{2,59}$/.test(loginId)) this.#say("login-id-invalid", "loginId");
    const choices = classWords.join("・");
    if (!word) this.#say("class-missing", "class", { choices });
    const accountClass = word ? readClass(word) : undefined;
    if (word && !accountClass) this.#say("class-unknown", "class", { choices });
    if (accountClass && !classFits(kind, accountClass))
      this.#say("class-does-not-fit", "class", { kind: kindWords[kind] });
    const zones = this.#zones(kind);
    const startsOn = this.#day("startsOn");
    const lastDay = this.#day("lastDay");
    if (startsOn && lastDay && lastDay < startsOn) this.#say("period-empty", "lastDay");
    if (kind === "guest" && !lastDay)
      this.#say("guest-needs", "lastDay", { heading: this.#heading("lastDay") });
    if (!accountClass) return undefined;
    return {
      loginId,
      class: accountClass,
      zones,
      isAdministrator: this.#administrator(),
      startsAt: typeof startsOn === "string" ? startOfDate(startsOn).toISOString() : startsOn,
      expiresAt:
        typeof lastDay === "string"
          ? isWithoutEnd(lastDay)
            ? null
            : startOfDate(addDays(lastDay, 1)).toISOString()
          : lastDay,
    };
  }

  #zones(kind: PersonKind): Zone[] | undefined {
    const cell = this.#text("zones");
    if (!cell) return undefined;
    const zones = readZones(cell);
    if (!zones) this.#say("zone-unknown", "zones");
    else if (kind === "guest" && zones.includes("lgwan")) this.#say("guest-on-lgwan", "zones");
    return zones;
  }

  #administrator(): boolean | undefined {
    const cell = this.#text("administrator");
    if (cell === undefined) return undefined;
    if (cell === null) return false;
    const isYes = /^(はい|○|〇|◯|1|有|true|yes)$/i.test(cell.normalize("NFKC"));
    if (!isYes && !/^(いいえ|×|0|無|false|no)$/i.test(cell.normalize("NFKC")))
      this.#say("yes-no-invalid", "administrator");
    return isYes;
  }

  #day(key: PeopleColumn): string | null | undefined {
    const cell = this.#text(key);
    if (typeof cell !== "string") return cell;
    const date = readDate(cell);
    if (date === undefined) this.#say("date-invalid", key);
    return date ?? null;
  }

  #wholeNumber(key: PeopleColumn): number | null | undefined {
    const cell = this.#text(key);
    if (typeof cell !== "string") return cell;
    const plain = cell.normalize("NFKC");
    if (/^\d{1,6}$/.test(plain)) return Number(plain);
    this.#say("number-invalid", key);
    return null;
  }
}

/** Section accounts and guests have a class of their own; ゲスト他 also holds councillors and part-time staff. */
function classFits(kind: PersonKind, accountClass: AccountClass): boolean {
  if (kind === "section") return accountClass === "section";
  if (kind === "guest") return accountClass === "guest-other";
  return accountClass !== "section";
}
