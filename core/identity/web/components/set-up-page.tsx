import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type { SetUpRequest, SetUpResponse, Zone } from "../../contract.ts";
import { text } from "../text/index.ts";
import { EntryFrame, Mark } from "./entry-frame.tsx";
import { SetUpDone } from "./set-up-done.tsx";

type Fields = {
  code: string;
  municipalityName: string;
  slug: string;
  familyName: string;
  givenName: string;
  familyKana: string;
  givenKana: string;
  loginId: string;
  password: string;
};

const empty: Fields = {
  code: "",
  municipalityName: "",
  slug: "",
  familyName: "",
  givenName: "",
  familyKana: "",
  givenKana: "",
  loginId: "",
  password: "",
};

/** Makes the municipality and its first administrator, then hands over the second factor. */
export default function SetUpPage({ zone, onDone }: { zone: Zone; onDone: () => void }) {
  const [fields, setFields] = useState(empty);
  const [errors, setErrors] = useState<Partial<Record<keyof Fields, string>>>({});
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [made, setMade] = useState<SetUpResponse>();
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = check(fields);
    setErrors(found);
    setProblem(undefined);
    const wrong = Object.keys(found);
    if (wrong.length > 0) {
      setProblem(text("setUp.fix", { count: wrong.length }));
      form.current?.querySelector<HTMLElement>(`[name="${wrong[0]}"]`)?.focus();
      return;
    }
    setBusy(true);
    const { code, municipalityName, slug, password, loginId, ...names } = fields;
    const body: SetUpRequest = {
      code: code.trim(),
      municipalityName: municipalityName.trim(),
      slug: slug.trim(),
      administrator: { loginId: loginId.trim(), password, ...names },
    };
    try {
      setMade(await request<SetUpResponse>("POST", "/set-up", { body }));
    } catch (error) {
      setProblem(wordsOf(error));
      form.current?.scrollIntoView({ block: "start" });
    }
    setBusy(false);
  };

  const field = (
    name: keyof Fields,
    more: { hint?: string; type?: string; autoComplete?: string; isAscii?: boolean } = {},
  ) => (
    <TextField
      name={name}
      label={labelOf(name)}
      hint={more.hint}
      type={more.type ?? "text"}
      autoComplete={more.autoComplete ?? "off"}
      value={fields[name]}
      onChange={(value) => setFields((now) => ({ ...now, [name]: value }))}
      error={errors[name]}
      inputProps={more.isAscii ? { autoCapitalize: "none", spellCheck: false } : {}}
    />
  );

  return (
    <EntryFrame zone={zone} name="Chonai">
      <main className="mx-auto w-full max-w-2xl px-4 py-6 md:py-12">
        <div className="rounded-2xl border border-line bg-ground p-6 shadow-1 md:p-10">
          {made ? (
            <SetUpDone made={made} onDone={onDone} />
          ) : (
            <>
              <div className="mb-5 flex items-center gap-3">
                <Mark size={44} />
                <h1 className="text-2xl font-bold">{text("setUp.title")}</h1>
              </div>
              <p className="mb-6 text-ink-2">{text("setUp.lead")}</p>
              <form
                ref={form}
                onSubmit={(event) => void submit(event)}
                noValidate
                className="flex flex-col gap-6"
              >
                {problem && <Notice tone="danger">{problem}</Notice>}
                {field("code", { hint: text("setUp.code.hint"), isAscii: true })}
                <Group title={text("setUp.municipality")}>
                  {field("municipalityName", { hint: text("setUp.name.hint") })}
                  {field("slug", { hint: text("setUp.slug.hint"), isAscii: true })}
                </Group>
                <Group title={text("setUp.administrator")}>
                  <div className="grid grid-cols-2 gap-4">
                    {field("familyName", { autoComplete: "family-name" })}
                    {field("givenName", { autoComplete: "given-name" })}
                    {field("familyKana")}
                    {field("givenKana")}
                  </div>
                  {field("loginId", {
                    hint: text("setUp.loginId.hint"),
                    autoComplete: "username",
                    isAscii: true,
                  })}
                  {field("password", {
                    hint: text("setUp.password.hint"),
                    type: "password",
                    autoComplete: "new-password",
                  })}
                </Group>
                <Button kind="primary" type="submit" isPending={isBusy} className="w-full">
                  {text("setUp.do")}
                </Button>
              </form>
            </>
          )}
        </div>
      </main>
    </EntryFrame>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-5 border-t border-line pt-5">
      <legend className="float-left mb-1 text-lg font-bold">{title}</legend>
      {children}
    </fieldset>
  );
}

function labelOf(name: keyof Fields): string {
  return name === "municipalityName" ? text("setUp.name") : text(`setUp.${name}`);
}

function check(fields: Fields): Partial<Record<keyof Fields, string>> {
  const errors: Partial<Record<keyof Fields, string>> = {};
  for (const name of [
    "code",
    "municipalityName",
    "slug",
    "familyName",
    "givenName",
    "loginId",
    "password",
  ] as const)
    if (!fields[name].trim()) errors[name] = text("setUp.missing");
  if (!errors.slug && !/^[a-z][a-z0-9-]{1,38}$/.test(fields.slug.trim()))
    errors.slug = text("setUp.slug.wrong");
  if (!errors.loginId && !/^[a-zA-Z0-9._-]{3,60}$/.test(fields.loginId.trim()))
    errors.loginId = text("setUp.loginId.wrong");
  if (!errors.password && fields.password.length < 12)
    errors.password = text("setUp.password.wrong", { count: fields.password.length });
  return errors;
}
