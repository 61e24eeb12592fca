/** Directories of the hall that are read by LDAP (Active Directory, OpenLDAP): the people in them are proposed to the import. */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const filled = (longest: number) => shortText(longest).refine((text) => text.trim().length > 0, "a text");
const reason = filled(200);
/** The name of an attribute, or of none. */
const attribute = z.string().regex(/^([A-Za-z][A-Za-z0-9-]{0,99})?$/);
const neededAttribute = attribute.min(1);

export const LdapSettings = z.object({
  /** `ldaps://`, or `ldap://`, where StartTLS is demanded before anything is said. */
  url: z
    .string()
    .max(300)
    .refine(
      (text) => URL.canParse(text) && /^ldaps?:\/\/[^/?#@]+\/?$/.test(text),
      "an address that begins with ldaps:// or ldap://",
    ),
  ca: z.string().max(20_000).nullable(),
  bindDn: filled(500),
  baseDn: filled(500),
  /** Which entries are people. */
  filter: filled(1000).regex(/^\(.*\)$/),
  attributes: z.object({
    number: neededAttribute,
    name: neededAttribute,
    kana: attribute,
    department: attribute,
    title: attribute,
    phone: attribute,
    loginId: attribute,
  }),
});
export type LdapSettings = z.infer<typeof LdapSettings>;

/** What came of reading a directory. */
export const LdapResult = z.enum([
  "done",
  "not-reached",
  "not-permitted",
  "certificate",
  "credentials",
  "nothing-found",
  "too-many-stops",
]);
export type LdapResult = z.infer<typeof LdapResult>;

/** A directory as administrators see it; its password is never shown again. */
export const LdapSource = z.object({
  id: z.uuid(),
  name: z.string(),
  isEnabled: z.boolean(),
  settings: LdapSettings,
  hasSecret: z.boolean(),
  readAt: z.string().nullable(),
  readResult: LdapResult.nullable(),
});
export type LdapSource = z.infer<typeof LdapSource>;

export const LdapSources = z.object({ items: z.array(LdapSource) });
export type LdapSources = z.infer<typeof LdapSources>;

export const SaveLdapSourceRequest = z.object({
  name: filled(60),
  /** Whether accounts that are disabled there are stopped here every hour. */
  isEnabled: z.boolean(),
  settings: LdapSettings,
  secret: z.string().min(1).max(1000).optional(),
  reason,
});
export type SaveLdapSourceRequest = z.infer<typeof SaveLdapSourceRequest>;

export const RemoveLdapSourceRequest = z.object({ reason });
export const ReadLdapSourceRequest = z.object({
  /** End people who are not in the directory. */
  endMissing: z.boolean(),
});
/** What came of reading: an import that waits to be looked at, or why there is none. */
export const ReadLdapSource = z.object({
  result: LdapResult,
  importId: z.uuid().nullable(),
  people: z.int(),
});
export type ReadLdapSource = z.infer<typeof ReadLdapSource>;
