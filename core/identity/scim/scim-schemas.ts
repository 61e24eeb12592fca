import { enterpriseSchema, groupSchema, userSchema } from "./scim-contract.ts";

const schemaOf = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`;

/** What of SCIM is here (RFC 7643, 5). */
export function serviceProviderConfig(root: string) {
  return {
    schemas: [schemaOf("ServiceProviderConfig")],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "A token of this program, made by an administrator of the municipality.",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${root}/ServiceProviderConfig` },
  };
}

export function resourceTypes(root: string) {
  const typeOf = (id: string, schema: string, extensions: readonly string[]) => ({
    schemas: [schemaOf("ResourceType")],
    id,
    name: id,
    endpoint: `/${id}s`,
    schema,
    ...(extensions.length > 0 && {
      schemaExtensions: extensions.map((extension) => ({ schema: extension, required: true })),
    }),
    meta: { resourceType: "ResourceType", location: `${root}/ResourceTypes/${id}` },
  });
  return [typeOf("User", userSchema, [enterpriseSchema]), typeOf("Group", groupSchema, [])];
}

type Attribute = { name: string; [fact: string]: unknown };

const attribute = (name: string, more: Record<string, unknown> = {}): Attribute => ({
  name,
  type: "string",
  multiValued: false,
  description: name,
  required: false,
  caseExact: false,
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...more,
});
const complex = (name: string, subAttributes: readonly Attribute[], more: Record<string, unknown> = {}) =>
  attribute(name, { type: "complex", subAttributes, ...more });

/** The attributes that are understood (RFC 7643, 7). */
export function schemas(root: string) {
  const schema = (id: string, name: string, attributes: readonly Attribute[]) => ({
    schemas: [schemaOf("Schema")],
    id,
    name,
    description: name,
    attributes,
    meta: { resourceType: "Schema", location: `${root}/Schemas/${id}` },
  });
  return [
    schema(userSchema, "User", [
      attribute("userName", { required: true, uniqueness: "server" }),
      attribute("externalId", { caseExact: true }),
      complex("name", [attribute("formatted"), attribute("familyName"), attribute("givenName")]),
      attribute("displayName"),
      attribute("title"),
      attribute("active", { type: "boolean" }),
      complex("phoneNumbers", [attribute("value"), attribute("type", { canonicalValues: ["work"] })], {
        multiValued: true,
      }),
      complex("groups", [attribute("value"), attribute("display")], {
        multiValued: true,
        mutability: "readOnly",
      }),
    ]),
    schema(enterpriseSchema, "EnterpriseUser", [
      attribute("employeeNumber", { required: true, mutability: "immutable", uniqueness: "server" }),
      attribute("department"),
    ]),
    schema(groupSchema, "Group", [
      attribute("displayName", { mutability: "readOnly" }),
      complex("members", [attribute("value"), attribute("display")], {
        multiValued: true,
        mutability: "readOnly",
      }),
    ]),
  ];
}
