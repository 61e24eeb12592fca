import type { SectionRole } from "../contract.ts";
import type { Directory, PersonRecord } from "./directory.ts";
import { type ImportIssue, issue } from "./issue.ts";
import type { SectionPlan } from "./plan-sections.ts";
import type { SectionLine, SectionLines } from "./read-sections.ts";
import type { FieldChange } from "./report.ts";
import { withoutLeadingZeros } from "./values.ts";
import { kindWords, roleWords } from "./words.ts";
import type { GivenRole } from "./write-roles.ts";

export type RolePlan = {
  issues: ImportIssue[];
  given: GivenRole[];
  /** What changes in each section, in the words of the office. */
  changes: ReadonlyMap<string, FieldChange[]>;
};

/**
 * Who gets the roles that the list of sections names: from today on, in a section's next form from its first day. Whoever
 * held the role until then no longer does; the same person again changes nothing.
 *
 * @param staying everybody who is there after the import, those who come by it among them
 */
export function planRoles(
  { headings }: SectionLines,
  { rows, result }: SectionPlan,
  directory: Directory,
  staying: readonly PersonRecord[],
  today: string,
): RolePlan {
  const issues: ImportIssue[] = [];
  const given: GivenRole[] = [];
  const changes = new Map<string, FieldChange[]>();
  const sections = new Map(result.map((section) => [section.id, section]));
  const byNumber = new Map(staying.map((person) => [person.number, person]));
  const numbers = new Map(staying.map(({ number }) => [withoutLeadingZeros(number), number]));
  const names = new Map([...directory.people, ...staying].map(({ id, name }) => [id, name]));
  const roles = Map.groupBy(directory.roles, ({ sectionId, role }) => `${sectionId} ${role}`);
  const namesOf = (ids: readonly string[]) => ids.map((id) => names.get(id) ?? "").join("、") || null;

  /** Whose number a cell has; undefined when it is nobody's who can hold a role. */
  const holderOf = (line: SectionLine, role: SectionRole, number: string): string | undefined => {
    const place = { file: "sections", row: line.row, column: headings[role], value: number } as const;
    const heading = headings[role];
    const person = byNumber.get(number);
    if (person?.kind === "staff") return person.id;
    if (person) issues.push(issue("role-holder-not-staff", place, { heading, kind: kindWords[person.kind] }));
    else {
      const near = numbers.get(withoutLeadingZeros(number));
      const hint = near ? `「${near}」ではありませんか。` : "";
      const hintEn = near ? `Is it “${near}”? ` : "";
      issues.push(issue("role-holder-unknown", place, { heading, hint, hintEn }));
    }
    return undefined;
  };

  for (const { line, sectionId } of rows)
    for (const [role, number] of Object.entries(line.roles) as [SectionRole, string | null][]) {
      const section = sections.get(sectionId)!;
      const from = section.validFrom > today ? section.validFrom : today;
      if (section.validUntil !== null && section.validUntil <= from) {
        const place = { file: "sections", row: line.row, column: headings[role] } as const;
        if (number !== null)
          issues.push(
            issue("role-of-ended-section", { ...place, value: number }, { heading: headings[role] }),
          );
        continue;
      }
      const personId = number === null ? null : holderOf(line, role, number);
      if (personId === undefined) continue;
      const before = (roles.get(`${sectionId} ${role}`) ?? [])
        .filter(
          ({ validFrom, validUntil }) => validFrom <= from && (validUntil === null || validUntil > from),
        )
        .map((held) => held.personId);
      const after = personId === null ? [] : [personId];
      if (before.length === after.length && before[0] === after[0]) continue;
      given.push({ sectionId, role, personId, from });
      const change = { field: roleWords[role], from: namesOf(before), to: namesOf(after) };
      changes.set(sectionId, [...(changes.get(sectionId) ?? []), change]);
    }
  return { issues, given, changes };
}
