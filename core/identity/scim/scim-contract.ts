/**
 * SCIM 2.0 (RFC 7643, 7644): another directory keeps accounts here up to date. What administrators see of its clients, and what
 * the protocol itself says.
 */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const filled = (longest: number) => shortText(longest).refine((text) => text.trim().length > 0, "a text");
const zone = z.enum(["lgwan", "internet"]);

/** The classes that a client may give to the accounts that it makes: those of people on the staff. */
export const ScimAccountClass = z.enum(["video-tablet", "remote-tablet", "telework", "guest-other"]);
export type ScimAccountClass = z.infer<typeof ScimAccountClass>;

export const ScimClient = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The side on which its token works. */
  zone,
  accountClass: ScimAccountClass,
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string(),
});
export type ScimClient = z.infer<typeof ScimClient>;

export const ScimClients = z.object({ items: z.array(ScimClient) });
export type ScimClients = z.infer<typeof ScimClients>;

export const AddScimClientRequest = z.object({
  name: filled(60),
  zone,
  accountClass: ScimAccountClass,
  /** Days for which the token works. */
  days: z.int().min(1).max(730),
  reason: filled(200),
});
export type AddScimClientRequest = z.infer<typeof AddScimClientRequest>;

/** The token is shown here and never again. */
export const AddedScimClient = z.object({ id: z.uuid(), token: z.string(), expiresAt: z.string() });
export type AddedScimClient = z.infer<typeof AddedScimClient>;

export const RevokeScimClientRequest = z.object({ reason: filled(200) });

export const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
export const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

export const ScimQuery = z.object({
  filter: z.string().max(1000).optional(),
  /** From one; less is one (RFC 7644, 3.4.2.4). */
  startIndex: z.coerce.number().int().default(1),
  count: z.coerce.number().int().default(100),
  attributes: z.string().max(1000).optional(),
  excludedAttributes: z.string().max(1000).optional(),
});
export type ScimQuery = z.infer<typeof ScimQuery>;

/** Whatever a client sends of a user: only what we understand is looked at, the rest is passed over. */
export const ScimBody = z.record(z.string().max(200), z.unknown());
export const ScimPatch = z.object({
  schemas: z.array(z.string().max(200)).max(10),
  Operations: z
    .array(
      z.object({
        op: z.string().max(20),
        path: z.string().max(500).optional(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(100),
});
export type ScimPatch = z.infer<typeof ScimPatch>;

/** A resource as it goes out; its schemas say what is in it. */
export const ScimResource = z.looseObject({ schemas: z.array(z.string()) });
