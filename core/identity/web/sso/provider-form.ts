import type { IdentityProvider, SaveProviderRequest } from "../../contract.ts";

/** What stands in the fields of a provider's form. */
export type ProviderFields = {
  name: string;
  issuer: string;
  clientId: string;
  secret: string;
  addresses: string;
  claim: string;
  with: "staff-number" | "login-id";
  zones: readonly ("lgwan" | "internet")[];
  personKinds: readonly ("staff" | "section" | "guest")[];
  allowsAdministrators: boolean;
  isSecondFactor: boolean;
  asksAnew: boolean;
  acr: string;
  scope: string;
  ca: string;
  isEnabled: boolean;
  reason: string;
};

export function fieldsOf(provider: IdentityProvider | undefined): ProviderFields {
  return {
    name: provider?.name ?? "",
    issuer: provider?.settings.issuer ?? "",
    clientId: provider?.settings.clientId ?? "",
    secret: "",
    addresses: (provider?.addresses ?? [location.origin]).join("\n"),
    claim: provider ? (provider.match?.claim ?? "") : "employee_number",
    with: provider?.match?.with ?? "staff-number",
    zones: provider?.zones ?? ["lgwan"],
    personKinds: provider?.personKinds ?? ["staff"],
    allowsAdministrators: provider?.allowsAdministrators ?? false,
    isSecondFactor: provider?.isSecondFactor ?? false,
    asksAnew: provider?.settings.asksAnew ?? false,
    acr: provider?.settings.acr ?? "",
    scope: provider?.settings.scope ?? "profile",
    ca: provider?.ca ?? "",
    isEnabled: provider?.isEnabled ?? false,
    reason: "",
  };
}

export type FaultyField =
  | "name"
  | "issuer"
  | "clientId"
  | "addresses"
  | "claim"
  | "zones"
  | "kinds"
  | "reason";
export type FieldFault = {
  field: FaultyField;
  words:
    | "form.missing"
    | "field.issuer.invalid"
    | "field.addresses.invalid"
    | "field.match.claim.mail"
    | "field.zones.missing"
    | "field.kinds.missing";
};

const isHttps = (typed: string) => URL.canParse(typed) && new URL(typed).protocol === "https:";
const isAddress = (typed: string) =>
  URL.canParse(typed) && (isHttps(typed) || /^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(typed));
const listAddresses = (typed: string) =>
  typed
    .split(/\s+/)
    .filter((line) => line !== "")
    .map((line) => (URL.canParse(line) ? new URL(line).origin : line));

/** The first thing that cannot be saved as it stands. */
export function findFault(fields: ProviderFields): FieldFault | undefined {
  const missing = (["name", "issuer", "clientId", "addresses", "claim"] as const).find(
    (field) => fields[field].trim() === "",
  );
  if (missing) return { field: missing, words: "form.missing" };
  if (!isHttps(fields.issuer.trim()) || fields.issuer.includes("/.well-known/"))
    return { field: "issuer", words: "field.issuer.invalid" };
  if (!listAddresses(fields.addresses).every(isAddress))
    return { field: "addresses", words: "field.addresses.invalid" };
  if (/^(e-?mail|mail|email_?address|.*\/(emailaddress|mail))$/i.test(fields.claim.trim()))
    return { field: "claim", words: "field.match.claim.mail" };
  if (fields.zones.length === 0) return { field: "zones", words: "field.zones.missing" };
  if (fields.personKinds.length === 0) return { field: "kinds", words: "field.kinds.missing" };
  return fields.reason.trim() ? undefined : { field: "reason", words: "form.missing" };
}

export function requestOf(fields: ProviderFields): SaveProviderRequest {
  return {
    name: fields.name.trim(),
    isEnabled: fields.isEnabled,
    zones: [...fields.zones],
    personKinds: [...fields.personKinds],
    allowsAdministrators: fields.allowsAdministrators,
    isSecondFactor: fields.isSecondFactor,
    addresses: listAddresses(fields.addresses),
    ca: fields.ca.trim() || null,
    match: { claim: fields.claim.trim(), with: fields.with },
    settings: {
      kind: "oidc",
      issuer: fields.issuer.trim(),
      clientId: fields.clientId.trim(),
      scope: fields.scope.trim(),
      acr: fields.acr.trim(),
      asksAnew: fields.asksAnew,
    },
    ...(fields.secret && { secret: fields.secret }),
    reason: fields.reason.trim(),
  };
}
