import { createHash } from "node:crypto";
import { AppError } from "#core/kernel/index.ts";
import { enterpriseSchema, type ScimPatch, userSchema } from "./scim-contract.ts";

/** What another directory may say of somebody here. `undefined`: it says nothing of it; `null`: it is empty there. */
export type UserFields = {
  userName?: string | undefined;
  externalId?: string | null | undefined;
  familyName?: string | undefined;
  givenName?: string | undefined;
  displayName?: string | undefined;
  formatted?: string | undefined;
  title?: string | null | undefined;
  department?: string | null | undefined;
  employeeNumber?: string | undefined;
  phone?: string | null | undefined;
  active?: boolean | undefined;
};

const invalid = (reason: string) => new AppError("scim-invalid-value", { reason });

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length > 500) throw invalid(name);
  return value.normalize("NFC").trim();
}
const nullable = (value: unknown, name: string): string | null | undefined =>
  value === null ? null : textOf(value, name) === "" ? null : textOf(value, name);

/** Entra ID sends `"False"` where it means false. */
function booleanOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  if (word === "true" || word === "false") return word === "true";
  throw invalid("active");
}

const workPhone = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  const phones = value.filter(
    (each): each is Record<string, unknown> => typeof each === "object" && each !== null,
  );
  return (phones.find(({ type }) => type === "work") ?? phones[0])?.value ?? null;
};

/** Names of attributes are without case (RFC 7643, 2.1). */
const member = (body: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.entries(body).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** Reads a whole user as POST and PUT send it. */
export function readUser(body: Readonly<Record<string, unknown>>): UserFields {
  const name = asRecord(member(body, "name"));
  const enterprise = asRecord(member(body, enterpriseSchema));
  return withoutUndefined({
    userName: textOf(member(body, "userName"), "userName"),
    externalId: nullable(member(body, "externalId"), "externalId"),
    familyName: textOf(member(name, "familyName"), "name.familyName"),
    givenName: textOf(member(name, "givenName"), "name.givenName"),
    formatted: textOf(member(name, "formatted"), "name.formatted"),
    displayName: textOf(member(body, "displayName"), "displayName"),
    title: nullable(member(body, "title"), "title"),
    department: nullable(member(enterprise, "department"), "department"),
    employeeNumber: textOf(member(enterprise, "employeeNumber"), "employeeNumber"),
    phone: nullable(workPhone(member(body, "phoneNumbers")), "phoneNumbers"),
    active: booleanOf(member(body, "active")),
  });
}

/** The attributes that a PATCH may name, by their paths in lower case. */
const paths: Readonly<Record<string, (value: unknown) => UserFields>> = {
  username: (value) => ({ userName: textOf(value, "userName") }),
  externalid: (value) => ({ externalId: nullable(value ?? null, "externalId") }),
  active: (value) => ({ active: booleanOf(value) }),
  title: (value) => ({ title: nullable(value ?? null, "title") }),
  displayname: (value) => ({ displayName: textOf(value, "displayName") }),
  name: (value) => {
    const { familyName, givenName, formatted } = readUser({ name: value });
    return { familyName, givenName, formatted };
  },
  "name.familyname": (value) => ({ familyName: textOf(value, "name.familyName") }),
  "name.givenname": (value) => ({ givenName: textOf(value, "name.givenName") }),
  "name.formatted": (value) => ({ formatted: textOf(value, "name.formatted") }),
  phonenumbers: (value) => ({ phone: nullable(workPhone(value) ?? null, "phoneNumbers") }),
  'phonenumbers[type eq "work"].value': (value) => ({ phone: nullable(value ?? null, "phoneNumbers") }),
  [enterpriseSchema.toLowerCase()]: (value) => {
    const { department, employeeNumber } = readUser({ [enterpriseSchema]: value });
    return { department, employeeNumber };
  },
  [`${enterpriseSchema}:department`.toLowerCase()]: (value) => ({
    department: nullable(value ?? null, "department"),
  }),
  [`${enterpriseSchema}:employeeNumber`.toLowerCase()]: (value) => ({
    employeeNumber: textOf(value, "employeeNumber"),
  }),
};

/** What cannot be taken away: everybody has these. */
const needed = new Set([
  "username",
  "active",
  "name",
  "displayname",
  `${enterpriseSchema}:employeenumber`.toLowerCase(),
]);
/** Attributes of SCIM that we have no use for: said of somebody, they are passed over. */
const passedOver =
  /^(emails|addresses|ims|photos|roles|entitlements|x509certificates|nickname|profileurl|usertype|preferredlanguage|locale|timezone|password|groups|schemas|meta|id|name\.(middlename|honorificprefix|honorificsuffix)|phonenumbers\[type eq "(mobile|fax|home|other|pager)"\])(\b|\[|\.|$)/;

/** Reads a PATCH (RFC 7644, 3.5.2) as Entra ID and Okta send it: with and without paths, in any case. */
export function readPatch(patch: ScimPatch): UserFields {
  let fields: UserFields = {};
  for (const { op, path, value } of patch.Operations) {
    const kind = op.toLowerCase();
    if (kind !== "add" && kind !== "replace" && kind !== "remove") throw new AppError("scim-invalid-syntax");
    if (path === undefined && kind === "remove") throw new AppError("scim-no-target");
    const targets =
      path === undefined ? Object.entries(asRecord(value)) : ([[path, value]] as [string, unknown][]);
    for (const [name, given] of targets) {
      const key = name.toLowerCase().replace(`${userSchema}:`.toLowerCase(), "");
      const read = paths[key];
      const isOther =
        passedOver.test(key) || (key.startsWith(`${enterpriseSchema}:`.toLowerCase()) && read === undefined);
      if (!read && isOther) continue;
      if (!read) throw new AppError("scim-invalid-path", { path: name.slice(0, 100) });
      if (kind === "remove" && needed.has(key)) throw new AppError("scim-mutability", { attribute: name });
      fields = { ...fields, ...withoutUndefined(read(kind === "remove" ? null : given)) };
    }
  }
  return fields;
}

/** The name as it stands here, family name first; what a directory gives in parts is surer than what it has put together. */
export function nameOf(fields: UserFields, known?: string): string | undefined {
  if (fields.familyName !== undefined || fields.givenName !== undefined) {
    const [family, given] = partsOf(known ?? "");
    return [fields.familyName ?? family, fields.givenName ?? given].filter((part) => part !== "").join(" ");
  }
  return fields.displayName ?? fields.formatted;
}

const partsOf = (name: string): [string, string] => {
  const at = name.search(/\s/);
  return at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1).trim()];
};

export type UserRow = {
  id: string;
  login_id: string;
  name: string;
  number: string | null;
  post_name: string | null;
  section_name: string | null;
  section_code: string | null;
  section_id: string | null;
  phone: string | null;
  is_active: boolean;
  external_id: string | null;
  created_at: Date;
};

/** A user as it goes out; its version changes whenever anything in it does. */
export type ScimUserResource = {
  schemas: string[];
  meta: { resourceType: string; created: string; location: string; version: string };
  [attribute: string]: unknown;
};

/** A person on the staff as SCIM shows them. */
export function toUser(row: UserRow, base: string): ScimUserResource {
  const [familyName, givenName] = partsOf(row.name);
  const user = {
    schemas: [userSchema, enterpriseSchema],
    id: row.id,
    ...(row.external_id !== null && { externalId: row.external_id }),
    userName: row.login_id,
    name: { formatted: row.name, familyName, ...(givenName && { givenName }) },
    displayName: row.name,
    ...(row.post_name !== null && { title: row.post_name }),
    active: row.is_active,
    ...(row.phone !== null && { phoneNumbers: [{ type: "work", value: row.phone }] }),
    ...(row.section_id !== null && {
      groups: [{ value: row.section_id, display: row.section_name, type: "direct" }],
    }),
    [enterpriseSchema]: {
      ...(row.number !== null && { employeeNumber: row.number }),
      ...(row.section_name !== null && { department: row.section_name }),
    },
  };
  const location = `${base}/Users/${row.id}`;
  return {
    ...user,
    meta: {
      resourceType: "User",
      created: row.created_at.toISOString(),
      location,
      version: versionOf(user),
    },
  };
}

/** A weak entity tag of what a resource says. */
export function versionOf(resource: unknown): string {
  return `W/"${createHash("sha256").update(JSON.stringify(resource)).digest("base64url").slice(0, 22)}"`;
}

function withoutUndefined(fields: UserFields): UserFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
