import type { IdentityProvider, SaveProviderRequest } from "../../contract.ts";

/** What stands in the fields of a provider's form. */
export type ProviderFields = {
  kind: "oidc" | "saml";
  name: string;
  issuer: string;
  signInUrl: string;
  /** In PEM, one behind the other. */
  certificates: string;
  clientId: string;
  secret: string;
  addresses: string;
  claim: string;
  with: "staff-number" | "login-id";
  zones: readonly string[];
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
  const settings = provider?.settings;
  const openId = settings?.kind === "oidc" ? settings : undefined;
  const saml = settings?.kind === "saml" ? settings : undefined;
  return {
    kind: settings?.kind ?? "oidc",
    name: provider?.name ?? "",
    issuer: settings?.issuer ?? "",
    signInUrl: saml?.signInUrl ?? "",
    certificates: saml?.certificates.join("\n") ?? "",
    clientId: openId?.clientId ?? "",
    secret: "",
    addresses: (provider?.addresses ?? [location.origin]).join("\n"),
    claim: provider ? (provider.match?.claim ?? "") : usualClaim.oidc,
    with: provider?.match?.with ?? "staff-number",
    zones: provider?.zones ?? ["lgwan"],
    personKinds: provider?.personKinds ?? ["staff"],
    allowsAdministrators: provider?.allowsAdministrators ?? false,
    isSecondFactor: provider?.isSecondFactor ?? false,
    asksAnew: settings?.asksAnew ?? false,
    acr: settings?.acr ?? "",
    scope: openId?.scope ?? "profile",
    ca: provider?.ca ?? "",
    isEnabled: provider?.isEnabled ?? false,
    reason: "",
  };
}

/** How the staff number is called at most providers. */
export const usualClaim = { oidc: "employee_number", saml: "employeeNumber" } as const;

export type FaultyField =
  | "name"
  | "issuer"
  | "signInUrl"
  | "certificates"
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
    | "field.signInUrl.invalid"
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

const neededOfOpenId = ["name", "issuer", "clientId", "addresses", "claim"] as const;
const neededOfSaml = ["name", "issuer", "signInUrl", "certificates", "addresses", "claim"] as const;

/** The first thing that cannot be saved as it stands. */
export function findFault(fields: ProviderFields): FieldFault | undefined {
  const needed = fields.kind === "oidc" ? neededOfOpenId : neededOfSaml;
  const missing = needed.find((field) => fields[field].trim() === "");
  if (missing) return { field: missing, words: "form.missing" };
  if (fields.kind === "oidc" && (!isHttps(fields.issuer.trim()) || fields.issuer.includes("/.well-known/")))
    return { field: "issuer", words: "field.issuer.invalid" };
  if (fields.kind === "saml" && !isHttps(fields.signInUrl.trim()))
    return { field: "signInUrl", words: "field.signInUrl.invalid" };
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
    settings: settingsOf(fields),
    ...(fields.kind === "oidc" && fields.secret && { secret: fields.secret }),
    reason: fields.reason.trim(),
  };
}

function settingsOf(fields: ProviderFields): SaveProviderRequest["settings"] {
  const common = { issuer: fields.issuer.trim(), acr: fields.acr.trim(), asksAnew: fields.asksAnew };
  if (fields.kind === "oidc")
    return { kind: "oidc", ...common, clientId: fields.clientId.trim(), scope: fields.scope.trim() };
  const certificates = fields.certificates
    .split(/(?<=-----END CERTIFICATE-----)/)
    .map((certificate) => certificate.trim())
    .filter((certificate) => certificate !== "");
  return { kind: "saml", ...common, signInUrl: fields.signInUrl.trim(), certificates };
}
