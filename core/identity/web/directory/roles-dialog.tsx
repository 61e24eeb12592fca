import { useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { PersonSummary, SectionPage } from "../../contract.ts";
import { sectionRoles } from "./section-roles.ts";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

/** Who holds a section's three roles: somebody of the section, of the department above it, or nobody. */
export default function RolesDialog({
  page,
  onClose,
  onChanged,
}: {
  page: SectionPage;
  onClose: () => void;
  onChanged: () => void;
}) {
  const id = useId();
  const { section, people, roles } = page;
  const above = useDirectoryAnswer<SectionPage>(
    section.parentId === null ? undefined : `/sections/${section.parentId}`,
  );
  const held = Object.fromEntries(
    sectionRoles.map((role) => [role, roles.find((holder) => holder.role === role)?.person.id ?? ""]),
  );
  const [chosen, setChosen] = useState(held);
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);

  const own = people.map(({ person }) => person);
  const others = [
    ...(above.value?.people.map(({ person }) => person) ?? []),
    ...roles.map(({ person }) => person),
  ].filter((person) => !own.some(({ id }) => id === person.id));
  const candidates = [...new Map([...own, ...others].map((person) => [person.id, person])).values()];
  const changed = sectionRoles.filter((role) => chosen[role] !== held[role]);

  const save = async () => {
    setSaving(true);
    setProblem(undefined);
    try {
      for (const role of changed)
        await request("PUT", `/sections/${section.id}/roles`, {
          body: { role, personId: chosen[role] || null },
        });
      tell(text("edit.saved"));
      onChanged();
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
      onChanged();
    }
  };

  return (
    <Dialog
      title={text("roles.edit.title", { name: section.name })}
      onClose={onClose}
      footer={
        <Button
          kind="primary"
          isDisabled={changed.length === 0}
          isPending={isSaving}
          onPress={() => void save()}
        >
          {text("roles.edit.save")}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        {sectionRoles.map((role) => (
          <SelectField
            key={role}
            id={`${id}-${role}`}
            label={text(`role.${role}`)}
            value={chosen[role] ?? ""}
            onChange={(personId) => setChosen((now) => ({ ...now, [role]: personId }))}
          >
            <option value="">{text("roles.edit.nobody")}</option>
            {candidates.map((person) => (
              <option key={person.id} value={person.id}>
                {nameAndPlace(person)}
              </option>
            ))}
          </SelectField>
        ))}
        <p className="text-sm text-ink-3">{text("roles.edit.hint")}</p>
      </div>
    </Dialog>
  );
}

function nameAndPlace({ name, sectionName, postName }: PersonSummary): string {
  return [name, [sectionName, postName].filter(Boolean).join(" ")].filter(Boolean).join("　");
}
