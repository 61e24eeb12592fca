import type { Office } from "#core/policy/index.ts";
import { addDays, dateInJapan } from "#shared/time.ts";
import type { AccountRecord, Directory, PersonRecord, PostRecord, SectionRecord } from "./directory.ts";
import { type ImportIssue, issue } from "./issue.ts";
import { formOn } from "./plan-sections.ts";
import { postRank } from "./posts.ts";
import type { AccountLine, PeopleColumn, PeopleLines, PersonLine } from "./read-people.ts";
import type { Changed, FieldChange, PersonEntry } from "./report.ts";
import { withoutLeadingZeros } from "./values.ts";
import { classWord, kindWords, usualZones, zonesWord } from "./words.ts";

type NewPost = Omit<PostRecord, "id">;

/** What happens to the people, as rows. */
export type PeopleChanges = {
  inserts: PersonRecord[];
  updates: PersonRecord[];
  /** Of `updates`: those who leave now, and those who come back. */
  left: string[];
  returned: string[];
  postsClosed: { id: string; until: string }[];
  /** Posts that begin today or later and so were never in effect. */
  postsDeleted: string[];
  postsInserted: NewPost[];
  accountsInserted: { personId: string; account: AccountRecord }[];
  accountsUpdated: { personId: string; account: AccountRecord; fields: string[]; wasDisabled: boolean }[];
};

export type PeoplePlan = {
  issues: ImportIssue[];
  changes: PeopleChanges;
  created: PersonEntry[];
  changed: (Changed<PersonEntry> & { id: string; fields: string[] })[];
  returned: PersonEntry[];
  missing: PersonEntry[];
  ended: PersonEntry[];
  kept: PersonEntry[];
  accountsCreated: PersonEntry[];
  accountsMissing: PersonEntry[];
  accountsDisabled: PersonEntry[];
  /** Everybody who is there afterwards. */
  staying: PersonRecord[];
};

export type PeoplePlanOptions = {
  today: string;
  endMissing: boolean;
  idOf: (key: string) => string;
  /** The form in which login ids are compared: without width and case. */
  loginKey: (loginId: string) => string;
  /** What somebody is entrusted with whom the list makes an administrator. */
  officesOfNew: readonly Office[];
};

/**
 * What has to happen so that the people are as the list says. A person is the same as long as the number is; columns
 * that the file does not have stay as they are, empty cells become empty.
 */
export function planPeople(
  read: PeopleLines,
  directory: Directory,
  sections: readonly SectionRecord[],
  options: PeoplePlanOptions,
): PeoplePlan {
  return new Planner(read, directory, sections, options).plan();
}

/** The work of one plan: what it looks up and what it has found so far. */
class Planner {
  readonly #read: PeopleLines;
  readonly #options: PeoplePlanOptions;
  readonly #known: ReadonlyMap<string, PersonRecord>;
  readonly #directory: Directory;
  readonly #forms: ReadonlyMap<string, SectionRecord[]>;
  readonly #sectionById: ReadonlyMap<string, SectionRecord>;
  readonly #codeByNumber: ReadonlyMap<string, string>;
  readonly #lineByNumber = new Map<string, PersonLine>();
  readonly #result = new Map<string, PersonRecord>();
  readonly #issues: ImportIssue[];
  readonly #changes: PeopleChanges = {
    inserts: [],
    updates: [],
    left: [],
    returned: [],
    postsClosed: [],
    postsDeleted: [],
    postsInserted: [],
    accountsInserted: [],
    accountsUpdated: [],
  };

  constructor(
    read: PeopleLines,
    directory: Directory,
    sections: readonly SectionRecord[],
    options: PeoplePlanOptions,
  ) {
    this.#read = read;
    this.#issues = [...read.issues];
    this.#options = options;
    this.#directory = directory;
    this.#known = new Map(directory.people.map((person) => [person.number, person]));
    this.#forms = Map.groupBy(sections, (section) => section.code);
    this.#sectionById = new Map(sections.map((section) => [section.id, section]));
    this.#codeByNumber = new Map([...this.#forms.keys()].map((code) => [withoutLeadingZeros(code), code]));
  }

  plan(): PeoplePlan {
    this.#takeLines();
    for (const line of this.#lineByNumber.values()) this.#result.set(line.number, this.#recordOf(line));
    // Sponsors afterwards: the sponsor may stand further down in the file.
    for (const line of this.#lineByNumber.values()) this.#setSponsor(line);
    this.#checkLoginIds();

    const created: PersonEntry[] = [];
    const changed: PeoplePlan["changed"] = [];
    const returned: PersonEntry[] = [];
    const accountsCreated: PersonEntry[] = [];
    const accountsMissing: PersonEntry[] = [];
    const accountsDisabled: PersonEntry[] = [];
    const unknownPosts = new Set<string>();
    for (const line of this.#lineByNumber.values()) {
      const person = this.#result.get(line.number)!;
      const old = this.#known.get(line.number);
      if (
        person.postName &&
        person.postRank === null &&
        person.kind === "staff" &&
        !unknownPosts.has(person.postName)
      ) {
        unknownPosts.add(person.postName);
        this.#issues.push(issue("post-unknown", this.#place(line, "post", person.postName)));
      }
      const postChanges = this.#planPosts(line, person, old);
      const accountChanges = this.#planAccount(line, person, old, accountsMissing, accountsDisabled);
      if (!old) {
        this.#changes.inserts.push(person);
        created.push(this.#entry(person));
        if (person.account) accountsCreated.push(this.#entry(person));
        continue;
      }
      const personChanges = this.#personChanges(old, person);
      if (personChanges.length > 0 || old.hasLeft) this.#changes.updates.push(person);
      if (person.account && !old.account) accountsCreated.push(this.#entry(person));
      if (old.hasLeft) {
        this.#changes.returned.push(person.id);
        returned.push(this.#entry(person));
      }
      const changes = [...personChanges, ...postChanges, ...accountChanges];
      if (changes.length > 0)
        changed.push({
          ...this.#entry(person),
          changes,
          id: person.id,
          fields: changes.map((change) => change.field),
        });
    }
    const { missing, ended, kept } = this.#planMissing();
    this.#checkAdministrators();
    return {
      issues: this.#issues,
      changes: this.#changes,
      created,
      changed,
      returned,
      missing,
      ended,
      kept,
      accountsCreated,
      accountsMissing,
      accountsDisabled,
      staying: this.#staying(),
    };
  }

  #staying(): PersonRecord[] {
    const left = new Set(this.#changes.left);
    const others = this.#directory.people.filter(
      (person) => !person.hasLeft && !left.has(person.id) && !this.#result.has(person.number),
    );
    return [...this.#result.values(), ...others];
  }

  #takeLines(): void {
    const padded = new Map(
      [...this.#known.keys()]
        .filter((number) => number.startsWith("0"))
        .map((n) => [withoutLeadingZeros(n), n]),
    );
    for (const line of this.#read.lines) {
      const other = this.#lineByNumber.get(line.number);
      if (other) {
        this.#issues.push(
          issue("person-twice", this.#place(line, "number", line.number), { other: other.row }),
        );
        continue;
      }
      const known = this.#known.get(line.number);
      if (known && known.kind !== line.kind)
        this.#issues.push(
          issue("kind-changed", this.#place(line, "kind", kindWords[line.kind]), {
            known: kindWords[known.kind],
          }),
        );
      const lost = known ? undefined : padded.get(line.number);
      if (lost)
        this.#issues.push(
          issue("leading-zeros-lost", this.#place(line, "number", line.number), { known: lost }),
        );
      this.#lineByNumber.set(line.number, line);
    }
  }

  #place(line: PersonLine, key: PeopleColumn, value?: string) {
    return { file: "people" as const, row: line.row, column: this.#read.headings[key], value };
  }

  #recordOf(line: PersonLine): PersonRecord {
    const old = this.#known.get(line.number);
    const keep = <T>(value: T | undefined, known: T): T => (value === undefined ? known : value);
    const postName = keep(line.post, old?.postName ?? null);
    const rankOfPost = postName === null ? null : (postRank(postName) ?? null);
    return {
      id: old?.id ?? this.#options.idOf(`person ${line.number}`),
      kind: line.kind,
      number: line.number,
      name: line.name,
      kana: keep(line.kana, old?.kana ?? ""),
      formerName: keep(line.formerName, old?.formerName ?? null),
      sectionId: this.#sectionId(line, line.sectionCode, "sectionCode", old?.sectionId ?? null),
      postName,
      // A rank that was given by hand stays until the post changes.
      postRank:
        line.postRank ??
        (old && line.postRank === undefined && old.postName === postName ? old.postRank : rankOfPost),
      workplace: keep(line.workplace, old?.workplace ?? null),
      extension: keep(line.extension, old?.extension ?? null),
      phone: keep(line.phone, old?.phone ?? null),
      affiliation: keep(line.affiliation, old?.affiliation ?? null),
      sponsorId: old?.sponsorId ?? null,
      hasLeft: false,
      account: this.#accountOf(line, old),
      posts: old?.posts ?? [],
    };
  }

  #sectionId(
    line: PersonLine,
    code: string | null | undefined,
    key: PeopleColumn,
    known: string | null,
  ): string | null {
    if (code === undefined || code === null) return code === undefined ? known : null;
    const forms = this.#forms.get(code) ?? [];
    const form = formOn(forms, this.#options.today);
    if (form) return form.id;
    const last = forms.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1)).at(-1);
    if (last?.validUntil) {
      const day = addDays(last.validUntil, -1);
      this.#issues.push(issue("section-ended", this.#place(line, key, code), { name: last.name, day }));
    } else {
      const near = this.#codeByNumber.get(withoutLeadingZeros(code));
      const hint = near ? `「${near}」ではありませんか。` : "";
      const hintEn = near ? `Is it “${near}”? ` : "";
      this.#issues.push(issue("section-unknown", this.#place(line, key, code), { hint, hintEn }));
    }
    return null;
  }

  #setSponsor(line: PersonLine): void {
    if (line.sponsorNumber === undefined) return;
    const person = this.#result.get(line.number)!;
    if (line.sponsorNumber === null || line.kind !== "guest") {
      person.sponsorId = null;
      return;
    }
    const listed = this.#result.get(line.sponsorNumber);
    const sponsor = listed ?? this.#known.get(line.sponsorNumber);
    const place = this.#place(line, "sponsorNumber", line.sponsorNumber);
    if (!sponsor || (!listed && (sponsor.hasLeft || this.#leaves(sponsor)))) {
      const bare = withoutLeadingZeros(line.sponsorNumber);
      const near = [...this.#result.keys(), ...this.#known.keys()].find(
        (number) => withoutLeadingZeros(number) === bare,
      );
      const hint = near && near !== line.sponsorNumber ? `「${near}」ではありませんか。` : "";
      this.#issues.push(issue("sponsor-unknown", place, { hint, hintEn: hint ? `Is it “${near}”? ` : "" }));
    } else if (sponsor.kind !== "staff")
      this.#issues.push(issue("sponsor-not-staff", place, { kind: kindWords[sponsor.kind] }));
    else person.sponsorId = sponsor.id;
  }

  /** Whether somebody who is not in the file is ended by that. */
  #leaves(person: PersonRecord): boolean {
    const isListedKind = this.#read.lines.some((line) => line.kind === person.kind);
    return this.#options.endMissing && isListedKind && !person.account?.isAdministrator;
  }

  #accountOf(line: PersonLine, old: PersonRecord | undefined): AccountRecord | null {
    const known = old?.account ?? null;
    if (line.account === undefined) return known;
    if (line.account === null)
      return known && { ...known, isDisabled: known.isDisabled || this.#endsAccount(known) };
    const given: AccountLine = line.account;
    const isAdministrator = given.isAdministrator ?? known?.isAdministrator ?? false;
    return {
      loginId: given.loginId,
      loginKey: this.#options.loginKey(given.loginId),
      class: given.class,
      zones: given.zones ?? (known?.class === given.class ? known.zones : usualZones(given.class, line.kind)),
      isAdministrator,
      offices: !isAdministrator
        ? []
        : known?.isAdministrator
          ? known.offices
          : [...this.#options.officesOfNew],
      startsAt: given.startsAt === undefined ? (known?.startsAt ?? null) : given.startsAt,
      expiresAt: given.expiresAt === undefined ? (known?.expiresAt ?? null) : given.expiresAt,
      isDisabled: false,
    };
  }

  #endsAccount(account: AccountRecord): boolean {
    return this.#options.endMissing && !account.isAdministrator;
  }

  #checkLoginIds(): void {
    const lines = new Map<string, PersonLine>();
    // Somebody whose row says nothing about the account keeps the login id.
    const holders = new Map(
      this.#directory.people
        .filter((person) => person.account !== null && !this.#gives(person.number))
        .map((person) => [person.account!.loginKey, person]),
    );
    for (const line of this.#lineByNumber.values()) {
      if (!line.account) continue;
      const key = this.#options.loginKey(line.account.loginId);
      const place = this.#place(line, "loginId", line.account.loginId);
      const other = lines.get(key);
      const holder = holders.get(key);
      if (other) this.#issues.push(issue("login-id-twice", place, { other: other.row }));
      else if (holder && holder.number !== line.number)
        this.#issues.push(issue("login-id-taken", place, { name: holder.name, number: holder.number }));
      lines.set(key, other ?? line);
    }
  }

  /** Whether the file's row gives this person a login id. */
  #gives(number: string): boolean {
    return Boolean(this.#lineByNumber.get(number)?.account);
  }

  #planPosts(line: PersonLine, person: PersonRecord, old: PersonRecord | undefined): FieldChange[] {
    const { today } = this.#options;
    const main = old?.posts.find((post) => post.isMain);
    const from = line.assignedOn ?? today;
    const used = new Set<string>(person.sectionId ? [person.sectionId] : []);
    const isSame = main
      ? main.sectionId === person.sectionId && main.postName === person.postName
      : person.sectionId === null;
    const isMoved =
      isSame && main !== undefined && line.assignedOn != null && line.assignedOn !== main.validFrom;
    if (main && (!isSame || isMoved)) this.#endPost(main, isMoved ? main.validFrom : from);
    if (person.sectionId && (!isSame || isMoved))
      this.#changes.postsInserted.push({
        personId: person.id,
        sectionId: person.sectionId,
        postName: person.postName,
        isMain: true,
        validFrom: from,
      });
    const changes: FieldChange[] =
      isMoved && main ? [{ field: "発令日", from: main.validFrom, to: from }] : [];

    const concurrent = old?.posts.filter((post) => !post.isMain) ?? [];
    if (line.concurrentPosts === undefined) return changes;
    const wanted: { sectionId: string; post: string | null }[] = [];
    for (const { sectionCode, post } of line.concurrentPosts) {
      const sectionId = this.#sectionId(line, sectionCode, "concurrentPosts", null);
      if (sectionId === null) continue;
      if (used.has(sectionId))
        this.#issues.push(issue("concurrent-post-twice", this.#place(line, "concurrentPosts", sectionCode)));
      used.add(sectionId);
      wanted.push({ sectionId, post });
    }
    const isKept = (post: PostRecord) =>
      wanted.some((w) => w.sectionId === post.sectionId && w.post === post.postName);
    for (const post of concurrent) if (!isKept(post)) this.#endPost(post, today);
    for (const { sectionId, post } of wanted) {
      if (concurrent.some((c) => c.sectionId === sectionId && c.postName === post)) continue;
      this.#changes.postsInserted.push({
        personId: person.id,
        sectionId,
        postName: post,
        isMain: false,
        validFrom: old ? today : from,
      });
    }
    const before = this.#postsText(
      concurrent.map((post) => ({ sectionId: post.sectionId, post: post.postName })),
    );
    const after = this.#postsText(wanted);
    if (before !== after) changes.push({ field: "兼務", from: before, to: after });
    return changes;
  }

  /** A post that has begun ends on the day; one that never was in effect goes without a trace but in the audit. */
  #endPost(post: PostRecord, on: string): void {
    if (post.validFrom < on) this.#changes.postsClosed.push({ id: post.id, until: on });
    else this.#changes.postsDeleted.push(post.id);
  }

  #postsText(posts: readonly { sectionId: string; post: string | null }[]): string | null {
    const text = posts.map(({ sectionId, post }) => {
      const name = this.#sectionById.get(sectionId)?.name ?? "";
      return post ? `${name} ${post}` : name;
    });
    return text.length === 0 ? null : text.sort().join("、");
  }

  #planAccount(
    line: PersonLine,
    person: PersonRecord,
    old: PersonRecord | undefined,
    missing: PersonEntry[],
    disabled: PersonEntry[],
  ): FieldChange[] {
    const { account } = person;
    if (!account) return [];
    const known = old?.account;
    if (!known) {
      this.#changes.accountsInserted.push({ personId: person.id, account });
      return old ? [{ field: "アカウント", from: null, to: account.loginId }] : [];
    }
    if (line.account === null && !known.isDisabled) {
      missing.push(this.#entry(person));
      if (account.isDisabled) disabled.push(this.#entry(person));
    }
    const day = (moment: string | null) => (moment === null ? null : dateInJapan(moment));
    const lastDay = (moment: string | null) => (moment === null ? null : addDays(day(moment)!, -1));
    const changes: FieldChange[] = [
      { field: "ログインID", from: known.loginId, to: account.loginId },
      { field: "アカウント区分", from: classWord(known.class), to: classWord(account.class) },
      { field: "利用できる側", from: zonesWord(known.zones), to: zonesWord(account.zones) },
      {
        field: "管理者",
        from: known.isAdministrator ? "はい" : null,
        to: account.isAdministrator ? "はい" : null,
      },
      { field: "利用開始日", from: day(known.startsAt), to: day(account.startsAt) },
      { field: "有効期限", from: lastDay(known.expiresAt), to: lastDay(account.expiresAt) },
      {
        field: "アカウント",
        from: known.isDisabled ? "停止" : "有効",
        to: account.isDisabled ? "停止" : "有効",
      },
    ].filter((change) => change.from !== change.to);
    if (changes.length > 0)
      this.#changes.accountsUpdated.push({
        personId: person.id,
        account,
        fields: changes.map((change) => change.field),
        wasDisabled: known.isDisabled,
      });
    return changes;
  }

  #personChanges(old: PersonRecord, next: PersonRecord): FieldChange[] {
    const sectionName = (id: string | null) =>
      id === null ? null : (this.#sectionById.get(id)?.name ?? null);
    const changes: FieldChange[] = [
      { field: "氏名", from: old.name, to: next.name },
      { field: "カナ", from: old.kana || null, to: next.kana || null },
      { field: "旧姓", from: old.formerName, to: next.formerName },
      { field: "役職", from: old.postName, to: next.postName },
      { field: "役職順", from: textOf(old.postRank), to: textOf(next.postRank) },
      { field: "勤務場所", from: old.workplace, to: next.workplace },
      { field: "内線", from: old.extension, to: next.extension },
      { field: "電話", from: old.phone, to: next.phone },
      { field: "会社名・団体名", from: old.affiliation, to: next.affiliation },
    ].filter((change) => change.from !== change.to);
    if (old.sectionId !== next.sectionId)
      changes.push({ field: "所属", from: sectionName(old.sectionId), to: sectionName(next.sectionId) });
    if (old.sponsorId !== next.sponsorId)
      changes.push({
        field: "担当職員",
        from: this.#nameOf(old.sponsorId),
        to: this.#nameOf(next.sponsorId),
      });
    return changes;
  }

  #nameOf(id: string | null): string | null {
    if (id === null) return null;
    const known = this.#directory.people.find((person) => person.id === id);
    return known?.name ?? [...this.#result.values()].find((person) => person.id === id)?.name ?? null;
  }

  #planMissing(): { missing: PersonEntry[]; ended: PersonEntry[]; kept: PersonEntry[] } {
    const kinds = new Set(this.#read.lines.map((line) => line.kind));
    const absent = this.#directory.people.filter(
      (person) => !person.hasLeft && kinds.has(person.kind) && !this.#lineByNumber.has(person.number),
    );
    const [kept, missing] = [true, false].map((isAdministrator) =>
      absent.filter((person) => (person.account?.isAdministrator ?? false) === isAdministrator),
    ) as [PersonRecord[], PersonRecord[]];
    if (this.#options.endMissing) for (const person of missing) this.#end(person);
    const entries = missing.map((person) => this.#entry(person));
    return {
      missing: entries,
      ended: this.#options.endMissing ? entries : [],
      kept: kept.map((person) => this.#entry(person)),
    };
  }

  #end(person: PersonRecord): void {
    this.#changes.updates.push({ ...person, hasLeft: true });
    this.#changes.left.push(person.id);
    for (const post of person.posts) this.#endPost(post, this.#options.today);
    if (person.account && !person.account.isDisabled)
      this.#changes.accountsUpdated.push({
        personId: person.id,
        account: { ...person.account, isDisabled: true },
        fields: ["アカウント"],
        wasDisabled: false,
      });
  }

  #checkAdministrators(): void {
    const isActive = (person: PersonRecord) =>
      person.account?.offices.includes("accounts") && !person.account.isDisabled && !person.hasLeft;
    const hadOne = this.#directory.people.some(isActive);
    const hasOne = this.#directory.people.some((person) =>
      isActive(this.#result.get(person.number) ?? person),
    );
    if (hadOne && !hasOne && ![...this.#result.values()].some(isActive))
      this.#issues.push(
        issue("last-administrator", { file: "people", column: this.#read.headings.administrator }),
      );
  }

  #entry(person: PersonRecord): PersonEntry {
    return {
      number: person.number,
      kind: person.kind,
      name: person.name,
      kana: person.kana,
      sectionName: person.sectionId === null ? null : (this.#sectionById.get(person.sectionId)?.name ?? null),
      postName: person.postName,
      loginId: person.account?.loginId ?? null,
    };
  }
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value);
}
