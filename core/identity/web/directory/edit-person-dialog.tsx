import { useId, useState } from "react";
import { addDays, dateInJapan } from "#shared/time.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { PersonProfile, SectionTree } from "../../contract.ts";
import { DayField } from "./day-field.tsx";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

/** An administrator's small changes: how somebody is reached, a move or a concurrent post, the last day. */
export default function EditPersonDialog({
  profile,
  onClose,
  onChanged,
}: {
  profile: PersonProfile;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { person } = profile;
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);

  const send = async (method: "PUT" | "POST", path: string, body: object) => {
    setSaving(true);
    setProblem(undefined);
    try {
      await request(method, `/people/${person.id}${path}`, { body });
      tell(text("edit.saved"));
      onChanged();
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
    }
  };

  return (
    <Dialog title={text("edit.title", { name: person.name })} width="large" onClose={onClose}>
      <div className="flex flex-col gap-8">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <EntryForm profile={profile} isSaving={isSaving} onSave={(body) => void send("PUT", "", body)} />
        {person.kind !== "guest" && (
          <PostForm isSaving={isSaving} onSave={(body) => void send("POST", "/posts", body)} />
        )}
        <LeaveForm
          leavesOn={profile.leavesOn}
          isSaving={isSaving}
          onSave={(leavesOn) => void send("PUT", "", { leavesOn })}
        />
      </div>
    </Dialog>
  );
}

function EntryForm({
  profile,
  isSaving,
  onSave,
}: {
  profile: PersonProfile;
  isSaving: boolean;
  onSave: (body: object) => void;
}) {
  const [fields, setFields] = useState({
    name: profile.person.name,
    kana: profile.person.kana,
    formerName: profile.formerName ?? "",
    workplace: profile.workplace ?? "",
    extension: profile.extension ?? "",
    phone: profile.phone ?? "",
  });
  const names = ["name", "kana", "formerName", "workplace", "extension", "phone"] as const;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) onSave(fields);
      }}
    >
      <h3 className="font-bold">{text("edit.entry")}</h3>
      <div className="grid gap-4 md:grid-cols-2">
        {names.map((name) => (
          <TextField
            key={name}
            label={text(`edit.${name}`)}
            value={fields[name]}
            maxLength={100}
            onChange={(value) => setFields((now) => ({ ...now, [name]: value }))}
          />
        ))}
      </div>
      <div>
        <Button kind="primary" type="submit" isPending={isSaving}>
          {text("edit.save")}
        </Button>
      </div>
    </form>
  );
}

function PostForm({ isSaving, onSave }: { isSaving: boolean; onSave: (body: object) => void }) {
  const [from, setFrom] = useState(() => dateInJapan(Date.now()));
  const [sectionId, setSectionId] = useState("");
  const [postName, setPostName] = useState("");
  const [kind, setKind] = useState("main");
  const { value: tree } = useDirectoryAnswer<SectionTree>(from === "" ? undefined : `/sections?on=${from}`);
  const sections = tree?.items ?? [];
  const id = useId();
  const isReady = sectionId !== "" && from !== "";
  return (
    <form
      className="flex flex-col gap-4 border-t border-line pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isSaving)
          onSave({ sectionId, postName: postName || null, isMain: kind === "main", from });
      }}
    >
      <h3 className="font-bold">{text("edit.post")}</h3>
      <div className="grid gap-4 md:grid-cols-2">
        <SelectField id={`${id}-kind`} label={text("edit.kind")} value={kind} onChange={setKind}>
          <option value="main">{text("edit.kind.main")}</option>
          <option value="concurrent">{text("edit.kind.concurrent")}</option>
        </SelectField>
        <DayField label={text("edit.from")} value={from} onChange={setFrom} />
        <SelectField
          id={`${id}-section`}
          label={text("edit.section")}
          value={sectionId}
          onChange={setSectionId}
        >
          <option value="">{text("edit.section.choose")}</option>
          {sections.map((section) => (
            <option key={section.id} value={section.id}>
              {section.name}
            </option>
          ))}
        </SelectField>
        <TextField label={text("edit.postName")} value={postName} maxLength={60} onChange={setPostName} />
      </div>
      <p className="text-sm text-ink-3">{text("edit.post.hint")}</p>
      <div>
        <Button type="submit" isDisabled={!isReady} isPending={isSaving}>
          {text("edit.post.save")}
        </Button>
      </div>
    </form>
  );
}

function LeaveForm({
  leavesOn,
  isSaving,
  onSave,
}: {
  leavesOn: string | null;
  isSaving: boolean;
  onSave: (leavesOn: string | null) => void;
}) {
  const [lastDay, setLastDay] = useState(leavesOn === null ? "" : addDays(leavesOn, -1));
  return (
    <form
      className="flex flex-col gap-4 border-t border-line pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) onSave(lastDay === "" ? null : addDays(lastDay, 1));
      }}
    >
      <h3 className="font-bold">{text("edit.leave")}</h3>
      <DayField label={text("edit.lastDay")} value={lastDay} onChange={setLastDay} />
      <p className="text-sm text-ink-3">{text("edit.leave.hint")}</p>
      <div>
        <Button type="submit" isDisabled={lastDay === "" && leavesOn === null} isPending={isSaving}>
          {text("edit.leave.save")}
        </Button>
      </div>
    </form>
  );
}
