import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { LdapSource, SaveLdapSourceRequest } from "../../contract.ts";
import { Check, Lines } from "./form-parts.tsx";
import { text } from "./text/index.ts";

const attributeNames = ["number", "name", "kana", "department", "title", "phone", "loginId"] as const;
/** As Active Directory has them. */
const usual: Record<(typeof attributeNames)[number], string> = {
  number: "employeeNumber",
  name: "displayName",
  kana: "msDS-PhoneticDisplayName",
  department: "departmentNumber",
  title: "title",
  phone: "telephoneNumber",
  loginId: "sAMAccountName",
};
const people = "(&(objectCategory=person)(objectClass=user))";

type FieldName = "name" | "url" | "bindDn" | "baseDn" | "filter" | "number" | "reason";

/** Says where a directory is and what in it is what here; its password is never shown. */
export function LdapSourceDialog({
  source,
  onClose,
  onDone,
}: {
  source: LdapSource | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const [fields, setFields] = useState({
    name: source?.name ?? "",
    url: source?.settings.url ?? "ldaps://",
    bindDn: source?.settings.bindDn ?? "",
    secret: "",
    baseDn: source?.settings.baseDn ?? "",
    filter: source?.settings.filter ?? people,
    ca: source?.settings.ca ?? "",
    reason: "",
  });
  const [attributes, setAttributes] = useState<Record<(typeof attributeNames)[number], string>>(
    source?.settings.attributes ?? usual,
  );
  const [isEnabled, setEnabled] = useState(source?.isEnabled ?? false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FieldName }>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const missing = (["name", "bindDn", "baseDn", "filter", "reason"] as const).find(
      (field) => !fields[field].trim(),
    );
    if (missing) return setProblem({ field: missing, words: text("form.missing") });
    if (!/^ldaps?:\/\/[^/?#@]+\/?$/.test(fields.url.trim()))
      return setProblem({ field: "url", words: text("ldap.url.invalid") });
    setBusy(true);
    setProblem(undefined);
    const { name, reason, secret, ca, ...place } = fields;
    const body: SaveLdapSourceRequest = {
      name: name.trim(),
      isEnabled,
      settings: { ...place, url: place.url.trim(), ca: ca.trim() || null, attributes },
      ...(secret && { secret }),
      reason: reason.trim(),
    };
    try {
      if (source) await request("PUT", `/ldap-sources/${source.id}`, { body, attempts: 1 });
      else await request("POST", "/ldap-sources", { body });
      tell(text("saved"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  const field = (key: Exclude<FieldName, "number">, hint?: string) => (
    <TextField
      name={key}
      label={text(key === "reason" ? "form.reason" : key === "name" ? "field.name" : `ldap.${key}`)}
      {...(hint && { hint })}
      value={fields[key]}
      onChange={(value) => setFields({ ...fields, [key]: value })}
      autoComplete="off"
      inputProps={{ spellCheck: false, autoCapitalize: "none" }}
      error={problem?.field === key ? problem.words : null}
    />
  );

  return (
    <Dialog
      title={text("ldap.dialog")}
      onClose={onClose}
      isFirm
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button kind="primary" type="submit" form={formId} isPending={isBusy}>
            {text("form.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
        {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
        {field("name")}
        {field("url", text("ldap.url.hint"))}
        {field("bindDn", text("ldap.bindDn.hint"))}
        <TextField
          name="secret"
          type="password"
          label={text("ldap.secret")}
          hint={text(source?.hasSecret ? "ldap.secret.kept" : "ldap.secret.new")}
          value={fields.secret}
          onChange={(secret) => setFields({ ...fields, secret })}
          autoComplete="off"
        />
        {field("baseDn")}
        {field("filter")}
        <fieldset className="grid gap-3 md:grid-cols-2">
          <legend className="mb-1 text-sm font-bold">{text("ldap.attributes")}</legend>
          {attributeNames.map((name) => (
            <TextField
              key={name}
              name={`attribute-${name}`}
              label={text(`ldap.attribute.${name}`)}
              value={attributes[name]}
              onChange={(value) => setAttributes({ ...attributes, [name]: value.trim() })}
              autoComplete="off"
              inputProps={{ spellCheck: false, autoCapitalize: "none" }}
            />
          ))}
        </fieldset>
        <Lines
          name="ca"
          label={text("field.ca")}
          hint={text("field.ca.hint")}
          value={fields.ca}
          onChange={(ca) => setFields({ ...fields, ca })}
        />
        <Check label={text("ldap.enabled")} isOn={isEnabled} onChange={setEnabled} />
        {field("reason", text("form.reason.hint"))}
      </form>
    </Dialog>
  );
}
