import { addDays } from "#shared/time.ts";
import type { Directory, SectionRecord } from "./directory.ts";
import { type ImportIssue, issue } from "./issue.ts";
import type { SectionLine, SectionLines } from "./read-sections.ts";
import type { Changed, FieldChange, SectionEntry } from "./report.ts";
import { withoutLeadingZeros } from "./values.ts";

export type SectionPlan = {
  issues: ImportIssue[];
  inserts: SectionRecord[];
  updates: SectionRecord[];
  created: SectionEntry[];
  changed: (Changed<SectionEntry> & { id: string })[];
  missing: SectionEntry[];
  ended: SectionEntry[];
  endedRecords: SectionRecord[];
  /** Those that get a last day by their own row, and go on in no other form. */
  closed: SectionRecord[];
  /** Every section as it will be. */
  result: SectionRecord[];
  /** Which section each row is about. */
  rows: { line: SectionLine; sectionId: string }[];
};

export type SectionPlanOptions = {
  today: string;
  endMissing: boolean;
  /** The id of a new record; the same for the same key whenever a plan is made again. */
  idOf: (key: string) => string;
};

/**
 * What has to happen so that the sections are as the list says. A code names a section through its changes; a row with a
 * later first day is its next form (組織改正), and the form before it ends on that day.
 */
export function planSections(
  { lines, issues: found, headings }: SectionLines,
  directory: Directory,
  options: SectionPlanOptions,
): SectionPlan {
  const issues = [...found];
  const place = (line: SectionLine, key: "code" | "parentCode", value: string) =>
    ({ file: "sections", row: line.row, column: headings[key], value }) as const;

  const known = Map.groupBy(directory.sections, (section) => section.code);
  const targets = matchLines(lines, known, options, (line, other) =>
    issues.push(issue("section-twice", place(line, "code", line.code), { other })),
  );
  const codes = new Set([...known.keys(), ...lines.map((line) => line.code)]);
  const codesByNumber = new Map([...codes].map((code) => [withoutLeadingZeros(code), code]));
  for (const line of lines) {
    const padded = [...known.keys()].find(
      (code) => code !== line.code && code.startsWith("0") && withoutLeadingZeros(code) === line.code,
    );
    if (padded !== undefined && !known.has(line.code))
      issues.push(issue("leading-zeros-lost", place(line, "code", line.code), { known: padded }));
  }

  // Every section as it will be, first without parents: a parent may stand further down in the file.
  const result = new Map(directory.sections.map((section) => [section.id, { ...section }]));
  for (const { line, record, order } of targets) {
    result.set(record.id, {
      ...record,
      name: line.name,
      kana: line.kana ?? record.kana,
      workplace: line.workplace === undefined ? record.workplace : line.workplace,
      extension: line.extension === undefined ? record.extension : line.extension,
      sortOrder: line.sortOrder ?? (record.sortOrder || order),
      validUntil: line.validUntil === undefined ? unlessOver(record, options.today) : line.validUntil,
    });
  }
  closeForms(targets, result);

  const byCode = Map.groupBy(result.values(), (section) => section.code);
  for (const { line, record } of targets) {
    if (line.parentCode === undefined) continue;
    const own = result.get(record.id)!;
    if (line.parentCode === null) {
      own.parentId = null;
      continue;
    }
    const day = laterOf(own.validFrom, options.today);
    const parent = formOn(byCode.get(line.parentCode) ?? [], day);
    if (parent) own.parentId = parent.id;
    else {
      const near = codesByNumber.get(withoutLeadingZeros(line.parentCode));
      const hint = near ? `「${near}」ではありませんか。` : "";
      const hintEn = near ? `Is it “${near}”? ` : "";
      issues.push(issue("section-unknown", place(line, "parentCode", line.parentCode), { hint, hintEn }));
    }
  }
  for (const { line, record } of targets) {
    const path = cycleFrom(record.id, result);
    if (path)
      issues.push(
        issue("section-cycle", place(line, "parentCode", line.parentCode ?? ""), {
          path: path.map((section) => section.code).join(" → "),
        }),
      );
  }

  const listed = new Set(lines.map((line) => line.code));
  const missing = directory.sections.filter(
    (section) =>
      !listed.has(section.code) && (section.validUntil === null || section.validUntil > options.today),
  );
  if (options.endMissing)
    for (const section of missing) {
      const own = result.get(section.id)!;
      own.validUntil = section.validFrom < options.today ? options.today : addDays(section.validFrom, 1);
    }

  return {
    ...summarise([...result.values()], directory, missing, options, issues),
    rows: targets.map(({ line, record }) => ({ line, sectionId: record.id })),
  };
}

type Target = { line: SectionLine; record: SectionRecord; order: number };

/** Which record each row is about: the one with the same first day, a later one to be corrected, or a new one. */
function matchLines(
  lines: readonly SectionLine[],
  known: ReadonlyMap<string, SectionRecord[]>,
  options: SectionPlanOptions,
  onTwice: (line: SectionLine, otherRow: number) => void,
): Target[] {
  const targets: Target[] = [];
  const taken = new Map<string, SectionLine>();
  const exact = new Set(lines.map((line) => `${line.code} ${line.validFrom ?? ""}`));
  for (const [index, line] of lines.entries()) {
    const forms = known.get(line.code) ?? [];
    const validFrom = line.validFrom ?? formOn(forms, options.today)?.validFrom ?? forms.at(-1)?.validFrom;
    const same = forms.find((form) => form.validFrom === validFrom);
    const late =
      same === undefined && validFrom !== undefined
        ? forms.find((form) => form.validFrom > validFrom && !exact.has(`${form.code} ${form.validFrom}`))
        : undefined;
    const from = validFrom ?? options.today;
    // Another form goes on with what its row does not say.
    const earlier = forms.findLast((form) => form.validFrom < from);
    const record: SectionRecord = same ??
      (late && { ...late, validFrom: from }) ?? {
        id: options.idOf(`section ${line.code} ${from}`),
        code: line.code,
        name: line.name,
        kana: earlier?.kana ?? "",
        parentId: earlier?.parentId ?? null,
        sortOrder: earlier?.sortOrder ?? 0,
        workplace: earlier?.workplace ?? null,
        extension: earlier?.extension ?? null,
        validFrom: from,
        validUntil: null,
      };
    const other = taken.get(record.id);
    if (other) {
      onTwice(line, other.row);
      continue;
    }
    taken.set(record.id, line);
    targets.push({ line, record, order: (index + 1) * 10 });
  }
  for (const forms of Map.groupBy(targets, ({ line }) => line.code).values()) {
    const ordered = forms.toSorted((a, b) => (a.record.validFrom < b.record.validFrom ? -1 : 1));
    for (const [index, { line, record }] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before?.line.validUntil && before.line.validUntil > record.validFrom)
        onTwice(line, before.line.row);
    }
  }
  return targets;
}

/** A list without last days that names a section which is over says that it is there again. */
function unlessOver({ validUntil }: SectionRecord, today: string): string | null {
  return validUntil !== null && validUntil <= today ? null : validUntil;
}

/** A form whose next form begins before its end, ends on that day. */
function closeForms(targets: readonly Target[], result: Map<string, SectionRecord>): void {
  const codes = new Set(targets.map(({ line }) => line.code));
  const forms = Map.groupBy(result.values(), (section) => section.code);
  for (const code of codes) {
    const ordered = (forms.get(code) ?? []).toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
    for (const [index, section] of ordered.entries()) {
      const next = ordered[index + 1];
      if (next && (section.validUntil === null || section.validUntil > next.validFrom))
        section.validUntil = next.validFrom;
    }
  }
}

/** The form of a section on a day; before its first day the first one, and nothing after its last. */
export function formOn(forms: readonly SectionRecord[], day: string): SectionRecord | undefined {
  const living = forms.filter((form) => form.validUntil === null || form.validUntil > day);
  return (
    living.findLast((form) => form.validFrom <= day) ??
    living.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1))[0]
  );
}

/** Days are text that sorts by time. */
function laterOf(one: string, other: string): string {
  return one < other ? other : one;
}

function cycleFrom(start: string, sections: ReadonlyMap<string, SectionRecord>): SectionRecord[] | undefined {
  const path: SectionRecord[] = [];
  const seen = new Set<string>();
  for (let id: string | null = start; id !== null && !seen.has(id); ) {
    const section = sections.get(id);
    if (!section) return undefined;
    seen.add(id);
    path.push(section);
    if (section.parentId === start) return [...path, sections.get(start)!];
    id = section.parentId;
  }
  return undefined;
}

function summarise(
  result: SectionRecord[],
  directory: Directory,
  missing: readonly SectionRecord[],
  options: SectionPlanOptions,
  issues: ImportIssue[],
): Omit<SectionPlan, "rows"> {
  const before = new Map(directory.sections.map((section) => [section.id, section]));
  const after = new Map(result.map((section) => [section.id, section]));
  const nameOf = (id: string | null) => (id === null ? null : (after.get(id)?.name ?? null));
  const entry = (section: SectionRecord): SectionEntry => ({
    code: section.code,
    name: section.name,
    parentName: nameOf(section.parentId),
  });
  const missingIds = new Set(missing.map((section) => section.id));
  const inserts = result.filter((section) => !before.has(section.id));
  const updates: SectionRecord[] = [];
  const changed: SectionPlan["changed"] = [];
  for (const section of result) {
    const old = before.get(section.id);
    if (!old) continue;
    const changes = sectionChanges(old, section, nameOf);
    if (changes.length === 0) continue;
    updates.push(section);
    if (!missingIds.has(section.id)) changed.push({ id: section.id, ...entry(section), changes });
  }
  return {
    issues,
    inserts,
    updates,
    created: inserts.map(entry),
    changed,
    missing: missing.map(entry),
    ended: options.endMissing ? missing.map(entry) : [],
    endedRecords: options.endMissing ? [...missing] : [],
    closed: updates.filter(
      ({ id, code, validUntil }) =>
        validUntil !== null &&
        validUntil !== before.get(id)?.validUntil &&
        !missingIds.has(id) &&
        !result.some((other) => other.code === code && other.validFrom >= validUntil),
    ),
    result,
  };
}

function sectionChanges(
  old: SectionRecord,
  next: SectionRecord,
  nameOf: (id: string | null) => string | null,
): FieldChange[] {
  const lastDay = (until: string | null) => (until === null ? null : addDays(until, -1));
  const changes: FieldChange[] = [
    { field: "名称", from: old.name, to: next.name },
    { field: "カナ", from: old.kana || null, to: next.kana || null },
    { field: "場所", from: old.workplace, to: next.workplace },
    { field: "内線", from: old.extension, to: next.extension },
    { field: "表示順", from: String(old.sortOrder), to: String(next.sortOrder) },
    { field: "適用開始日", from: old.validFrom, to: next.validFrom },
    { field: "適用終了日", from: lastDay(old.validUntil), to: lastDay(next.validUntil) },
  ].filter((change) => change.from !== change.to);
  if (old.parentId !== next.parentId)
    changes.push({ field: "上位組織", from: nameOf(old.parentId), to: nameOf(next.parentId) });
  return changes;
}
