import { type FormEvent, useId, useState } from "react";
import { furtherZoneIds } from "#shared/zone-words.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { IdentityProvider } from "../../contract.ts";
import { Check, Lines } from "./form-parts.tsx";
import { MetadataFile } from "./metadata-file.tsx";
import {
  type FaultyField,
  fieldsOf,
  findFault,
  type ProviderFields,
  requestOf,
  usualClaim,
} from "./provider-form.ts";
import { sayZone } from "./say-zone.ts";
import { text } from "./text/index.ts";

/** Sets a provider up. What is seldom needed lies folded away; a secret that is kept is never shown. */
export function ProviderDialog({
  provider,
  onClose,
  onDone,
}: {
  provider: IdentityProvider | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const [fields, setFields] = useState(() => fieldsOf(provider));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FaultyField }>();
  const set = (change: Partial<ProviderFields>) => setFields((before) => ({ ...before, ...change }));
  const errorOf = (field: FaultyField) => (problem?.field === field ? problem.words : null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const fault = findFault(fields);
    if (fault) {
      document.getElementById(formId)?.querySelector<HTMLElement>(`[name="${fault.field}"]`)?.focus();
      return setProblem({ field: fault.field, words: text(fault.words) });
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const body = requestOf(fields);
      if (provider) await request("PUT", `/identity-providers/${provider.id}`, { body, attempts: 1 });
      else await request("POST", "/identity-providers", { body });
      tell(text("saved"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  const field = (
    name: "name" | "issuer" | "clientId" | "signInUrl" | "claim" | "reason" | "acr" | "scope",
    label: string,
    hint?: string,
  ) => (
    <TextField
      name={name}
      label={label}
      {...(hint && { hint })}
      value={fields[name]}
      onChange={(value) => set({ [name]: value })}
      autoComplete="off"
      inputProps={{ spellCheck: false, autoCapitalize: "none" }}
      error={name === "acr" || name === "scope" ? null : errorOf(name)}
    />
  );

  return (
    <Dialog
      title={text(provider ? "dialog.edit" : "dialog.add")}
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
        {field("name", text("field.name"), text("field.name.hint"))}
        <SelectField
          id={`${formId}-kind`}
          label={text("field.kind")}
          value={fields.kind}
          onChange={(value) => {
            const kind = value as ProviderFields["kind"];
            set({ kind, ...(fields.claim === usualClaim[fields.kind] && { claim: usualClaim[kind] }) });
          }}
        >
          <option value="oidc">OpenID Connect</option>
          <option value="saml">SAML 2.0</option>
        </SelectField>
        {fields.kind === "oidc" ? (
          <>
            {field("issuer", text("field.issuer"), text("field.issuer.hint"))}
            {field("clientId", text("field.clientId"))}
            <TextField
              name="secret"
              type="password"
              label={text("field.secret")}
              hint={text(provider?.hasSecret ? "field.secret.kept" : "field.secret.new")}
              value={fields.secret}
              onChange={(secret) => set({ secret })}
              autoComplete="off"
            />
          </>
        ) : (
          <>
            <MetadataFile
              onRead={({ issuer, signInUrl, certificates }) =>
                set({ issuer, signInUrl, certificates: certificates.join("\n") })
              }
            />
            {field("issuer", text("field.entity"), text("field.entity.hint"))}
            {field("signInUrl", text("field.signInUrl"), text("field.signInUrl.hint"))}
            <Lines
              name="certificates"
              label={text("field.certificates")}
              hint={text("field.certificates.hint")}
              value={fields.certificates}
              onChange={(certificates) => set({ certificates })}
              error={errorOf("certificates")}
            />
          </>
        )}
        <Lines
          name="addresses"
          label={text("field.addresses")}
          hint={text("field.addresses.hint")}
          value={fields.addresses}
          onChange={(addresses) => set({ addresses })}
          error={errorOf("addresses")}
        />
        <fieldset className="flex flex-col gap-3">
          <legend className="text-sm font-bold">{text("field.match")}</legend>
          <p className="text-sm text-ink-3">{text("field.match.hint")}</p>
          <div className="grid gap-3 md:grid-cols-2">
            {field("claim", text("field.match.claim"))}
            <SelectField
              id={`${formId}-with`}
              label={text("field.match")}
              value={fields.with}
              onChange={(value) => set({ with: value as ProviderFields["with"] })}
            >
              <option value="staff-number">{text("field.match.staff-number")}</option>
              <option value="login-id">{text("field.match.login-id")}</option>
            </SelectField>
          </div>
        </fieldset>
        <Choices
          name="zones"
          legend={text("field.zones")}
          choices={["lgwan", "internet", ...furtherZoneIds()].map((id) => ({ id, label: sayZone(id) }))}
          chosen={fields.zones}
          onChange={(zones) => set({ zones })}
          error={errorOf("zones")}
        />
        <Choices
          name="kinds"
          legend={text("field.kinds")}
          choices={(["staff", "section", "guest"] as const).map((id) => ({ id, label: text(`kind.${id}`) }))}
          chosen={fields.personKinds}
          onChange={(personKinds) => set({ personKinds })}
          error={errorOf("kinds")}
        />
        <div className="flex flex-col">
          <Check
            label={text("field.factor")}
            isOn={fields.isSecondFactor}
            onChange={(isSecondFactor) => set({ isSecondFactor })}
          />
          <Check
            label={text("field.anew")}
            isOn={fields.asksAnew}
            onChange={(asksAnew) => set({ asksAnew })}
          />
          <Check
            label={text("field.administrators")}
            isOn={fields.allowsAdministrators}
            onChange={(allowsAdministrators) => set({ allowsAdministrators })}
          />
        </div>
        <details className="rounded-lg border border-line px-4 py-1">
          <summary className="flex min-h-11 cursor-pointer items-center text-sm font-bold">
            {text("field.more")}
          </summary>
          <div className="flex flex-col gap-4 pb-4">
            {fields.kind === "oidc" && field("scope", text("field.scope"))}
            {field("acr", text("field.acr"))}
            {fields.kind === "oidc" && (
              <Lines
                name="ca"
                label={text("field.ca")}
                hint={text("field.ca.hint")}
                value={fields.ca}
                onChange={(ca) => set({ ca })}
              />
            )}
          </div>
        </details>
        <Check
          label={text("field.enabled")}
          isOn={fields.isEnabled}
          onChange={(isEnabled) => set({ isEnabled })}
        />
        {field("reason", text("form.reason"), text("form.reason.hint"))}
      </form>
    </Dialog>
  );
}

function Choices<Id extends string>({
  name,
  legend,
  choices,
  chosen,
  onChange,
  error,
}: {
  name: string;
  legend: string;
  choices: readonly { id: Id; label: string }[];
  chosen: readonly Id[];
  onChange: (chosen: readonly Id[]) => void;
  error: string | null;
}) {
  return (
    <fieldset className="flex flex-col">
      <legend className="text-sm font-bold">{legend}</legend>
      {choices.map(({ id, label }) => (
        <Check
          key={id}
          name={name}
          label={label}
          isOn={chosen.includes(id)}
          onChange={(isOn) => onChange(isOn ? [...chosen, id] : chosen.filter((each) => each !== id))}
        />
      ))}
      {error && <p className="text-sm text-danger">{error}</p>}
    </fieldset>
  );
}
