/**
 * Identity as both sides see it: signing in, who I am, the directory. Schema and type share one name.
 */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";
import { Office } from "./office-contract.ts";
import { PasskeyAssertion } from "./passkeys/passkey-contract.ts";
import { PersonKind, PersonSummary } from "./person-summary.ts";
import { SignInProvider } from "./sso/provider-contract.ts";

export * from "./devices/device-contract.ts";
export * from "./edit-contract.ts";
export * from "./import-contract.ts";
export {
  LdapSource,
  LdapSources,
  ReadLdapSource,
  SaveLdapSourceRequest,
} from "./ldap/ldap-contract.ts";
export * from "./office-contract.ts";
export * from "./organisation-contract.ts";
export * from "./passkeys/passkey-contract.ts";
export { PersonKind, PersonSummary } from "./person-summary.ts";
export {
  AddedScimClient,
  AddScimClientRequest,
  RevokeScimClientRequest,
  ScimAccountClass,
  ScimClient,
  ScimClients,
} from "./scim/scim-contract.ts";
export * from "./sso/provider-contract.ts";

/** A short text that is stored or searched: what may not stand in a name may not stand in it. */
const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");

/** `lgwan`, `internet`, `public`, or a further zone of the installation. */
export const Zone = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
export type Zone = z.infer<typeof Zone>;

/** The sides of the hall, as accounts are admitted to them; further zones have the trust of one of the first two. */
export const AccountSide = z.enum(["lgwan", "internet", "public"]);
export type AccountSide = z.infer<typeof AccountSide>;

/** A further zone by its names; `kind` says whether it is trusted as LGWAN is or as the Internet. */
export const NamedZone = z.object({
  id: Zone,
  ja: z.string(),
  en: z.string(),
  kind: z.enum(["closed", "outside"]),
});
export type NamedZone = z.infer<typeof NamedZone>;

/** The five classes in which the office buys accounts (document 000, アカウント数内訳). */
export const AccountClass = z.enum(["video-tablet", "remote-tablet", "telework", "section", "guest-other"]);
export type AccountClass = z.infer<typeof AccountClass>;

export const SignInRequest = z.object({
  loginId: shortText(200).min(1),
  password: z.string().min(1).max(1000),
  /** One's own password, when the answer was `password-change-required`: chosen and signed in with in one step. */
  newPassword: z.string().min(1).max(1000).optional(),
  /** The six digits of the authenticator app; needed on the Internet side. */
  totp: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  /** One of the ten recovery codes, in the place of the app's code. */
  recoveryCode: z.string().min(1).max(60).optional(),
  /** The answer of a passkey to the challenge of `totp-required`, in the place of the app's code. */
  passkey: PasskeyAssertion.optional(),
  /** Slug of the municipality; by host name, or the only one, when left out. */
  tenant: shortText(100).optional(),
  /** The person id of who sits at a section account. */
  operatorId: z.uuid().optional(),
  /** The id of the operating rules (運用ルール) that were read, when the answer was `rules-not-agreed`: agreed to in the same step. */
  agreedRules: z.uuid().optional(),
  deviceName: shortText(200).optional(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

export const Me = z.object({
  account: z.object({
    /** The account and its entry in the directory share one id. */
    id: z.uuid(),
    loginId: z.string(),
    class: AccountClass,
    zones: z.array(AccountSide),
    /** Holds at least one office of administration. */
    isAdministrator: z.boolean(),
    offices: z.array(Office),
    /** An office waits for this person: to be seen, and perhaps accepted. */
    isAskedForOffice: z.boolean(),
    /** Is the systems officer of a section today, and decides about its people's devices. */
    isSystemsOfficer: z.boolean(),
  }),
  person: PersonSummary,
  operator: PersonSummary.nullable(),
  tenant: z.object({ id: z.uuid(), slug: z.string(), name: z.string(), isDemo: z.boolean() }),
  zone: Zone,
  /** Zones beside LGWAN and Internet that the caller may know of. */
  furtherZones: z.array(NamedZone),
  session: z.object({ id: z.uuid(), deviceName: z.string().nullable(), expiresAt: z.string() }),
  limits: z.object({ messageCharacters: z.int(), mentions: z.int() }),
  /** Minutes without a touch after which the screen is covered; null: never. */
  idleMinutes: z.int().nullable(),
});
export type Me = z.infer<typeof Me>;

export const SignInResponse = Me.extend({
  token: z.string(),
  /** When this sign-in has registered the authenticator app: ten codes that each replace it once. Shown only here. */
  recoveryCodes: z.array(z.string()).nullable(),
});
export type SignInResponse = z.infer<typeof SignInResponse>;

export const PeopleQuery = z.object({
  /** Words, all of which must be found: in name, kana (romaji serves too: `zaiseika`), former name, section or post, or at the start of 職員番号 or 内線. */
  q: shortText(200).optional(),
  section: z.uuid().optional(),
  /** With `section`: the sections below it too. */
  below: z.enum(["yes", "no"]).optional(),
  /**
   * Only these people, by id (comma-separated): the names of senders and operators that a client has not met. People who
   * have left are found this way too, since what they wrote is still there.
   */
  ids: z
    .string()
    .regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$/)
    .optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;

export const PeoplePage = z.object({ items: z.array(PersonSummary), next: z.string().nullable() });
export type PeoplePage = z.infer<typeof PeoplePage>;

/** Signing in on the word of an identity provider, in the place of the password. */
export const ProviderSignInRequest = SignInRequest.pick({
  totp: true,
  recoveryCode: true,
  passkey: true,
  operatorId: true,
  agreedRules: true,
  deviceName: true,
}).extend({ proof: z.string().max(4000) });
export type ProviderSignInRequest = z.infer<typeof ProviderSignInRequest>;

/** What the sign-in page may know before anybody has signed in. */
export const SignInPage = z.object({
  zone: Zone,
  /** The names of this zone when it is a further one. */
  furtherZones: z.array(NamedZone),
  /** False until the set-up page has made the municipality. */
  isSetUp: z.boolean(),
  tenants: z.array(z.object({ slug: z.string(), name: z.string() })),
  isDemo: z.boolean(),
  needsTotp: z.boolean(),
  /** Systems that vouch for people at this address. */
  providers: z.array(SignInProvider),
  /** The request bore a session, good or not: it is worth asking who is signed in. */
  hasSession: z.boolean(),
  /** This device was cut off: it must delete what it kept, and say that it has. */
  mustForget: z.boolean(),
  /** Only in a demo: people to pick by role, with everything that signing in needs. */
  demoPeople: z.array(
    z.object({
      loginId: z.string(),
      password: z.string(),
      /** The code of this moment, on the Internet side only. */
      totp: z.string().nullable(),
      name: z.string(),
      sectionName: z.string().nullable(),
      postName: z.string().nullable(),
      kind: PersonKind,
      /** Where this person's account may sign in. */
      zones: z.array(AccountSide),
      /** For a section account: the people who may sit at it. */
      operators: z.array(z.object({ id: z.uuid(), name: z.string() })),
    }),
  ),
});
export type SignInPage = z.infer<typeof SignInPage>;

export const SetUpRequest = z.object({
  /** The one-time code printed at the console. */
  code: z.string().min(1).max(100),
  municipalityName: z.string().min(1).max(100),
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,38}$/),
  administrator: z.object({
    loginId: z.string().regex(/^[a-zA-Z0-9._-]{3,60}$/),
    password: z.string().min(12).max(1000),
    familyName: z.string().min(1).max(50),
    givenName: z.string().min(1).max(50),
    familyKana: z.string().max(50),
    givenKana: z.string().max(50),
  }),
});
export type SetUpRequest = z.infer<typeof SetUpRequest>;

export const SetUpResponse = z.object({
  loginId: z.string(),
  /** Shown once as text and QR code, for the authenticator app. */
  totpSecret: z.string(),
  totpUrl: z.string(),
});
export type SetUpResponse = z.infer<typeof SetUpResponse>;

const code = z.string().regex(/^\d{6}$/);

/** That it is really oneself, for what changes one's own credentials. */
export const OwnProof = z.object({
  /** The present password. */
  password: z.string().min(1).max(1000),
  /** The app's present code or one of the recovery codes, when an app is registered. */
  totp: code.optional(),
  recoveryCode: z.string().min(1).max(60).optional(),
});
export type OwnProof = z.infer<typeof OwnProof>;

/** That it is still oneself at a screen that was covered. */
export const PresenceProof = OwnProof.pick({ password: true });

export const ChangePasswordRequest = z.object({
  password: z.string().min(1).max(1000),
  newPassword: z.string().min(1).max(1000),
});
export type ChangePasswordRequest = z.infer<typeof ChangePasswordRequest>;

/** Somebody who may sit at a section account. */
export const OperatorItem = z.object({
  id: z.uuid(),
  name: z.string(),
  kana: z.string(),
  /** Has sat there before; those who sat there last stand first. */
  isRecent: z.boolean(),
});
export type OperatorItem = z.infer<typeof OperatorItem>;

export const Operators = z.object({ items: z.array(OperatorItem) });
export type Operators = z.infer<typeof Operators>;

export const ChangeOperatorRequest = z.object({
  /** Who sits at the section account from now on. */
  operatorId: z.uuid(),
  /** When the answer was `rules-not-agreed`: the id of the rules that were read. */
  agreedRules: z.uuid().optional(),
});
export type ChangeOperatorRequest = z.infer<typeof ChangeOperatorRequest>;

export const ChangedOperator = Me.extend({ token: z.string() });
export type ChangedOperator = z.infer<typeof ChangedOperator>;

/** How many sessions a change has ended. */
export const EndedSessions = z.object({ ended: z.int() });
export type EndedSessions = z.infer<typeof EndedSessions>;

/** A secret for the authenticator app, as text and as what a QR code says. In force after its first code. */
export const ProposedAuthenticator = z.object({ totpSecret: z.string(), totpUrl: z.string() });
export type ProposedAuthenticator = z.infer<typeof ProposedAuthenticator>;

export const ConfirmAuthenticatorRequest = z.object({ totp: code });

/** Ten codes that each replace the authenticator app once. Shown only here. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

/** How an account is protected, as its owner sees it. */
export const Security = z.object({
  /** Null when it was never changed. */
  passwordChangedAt: z.string().nullable(),
  authenticator: z.object({
    isRegistered: z.boolean(),
    /** Null when it was registered before this was written down. */
    registeredAt: z.string().nullable(),
  }),
  recoveryCodesLeft: z.int(),
});
export type Security = z.infer<typeof Security>;

/** A live session: where somebody is signed in. */
export const SessionItem = z.object({
  id: z.uuid(),
  deviceName: z.string().nullable(),
  zone: Zone,
  /** Who sits at the section account. */
  operatorName: z.string().nullable(),
  startedAt: z.string(),
  expiresAt: z.string(),
  /** To the hour. */
  lastUsedAt: z.string(),
  isCurrent: z.boolean(),
});
export type SessionItem = z.infer<typeof SessionItem>;

export const SessionList = z.object({ items: z.array(SessionItem) });
export type SessionList = z.infer<typeof SessionList>;

/** Whether an account can be used now, and why not. */
export const AccountState = z.enum(["active", "stopped", "not-started", "expired", "left"]);
export type AccountState = z.infer<typeof AccountState>;

/** An account as administrators see it. */
export const AccountItem = z.object({
  person: PersonSummary,
  loginId: z.string(),
  class: AccountClass,
  zones: z.array(AccountSide),
  isAdministrator: z.boolean(),
  offices: z.array(Office),
  state: AccountState,
  startsAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  stoppedAt: z.string().nullable(),
  hasAuthenticator: z.boolean(),
  /** Until when the next sign-in from the Internet side may register an app. */
  registrationOpenUntil: z.string().nullable(),
  mustChangePassword: z.boolean(),
  liveSessions: z.int(),
  /** To the hour; null when it has not signed in for as long as sessions are kept. */
  lastUsedAt: z.string().nullable(),
});
export type AccountItem = z.infer<typeof AccountItem>;

export const AccountsQuery = z.object({
  /** Part of a name, its kana, a login id or a section's name. */
  q: shortText(200).optional(),
  state: AccountState.optional(),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type AccountsQuery = z.infer<typeof AccountsQuery>;

export const AccountsPage = z.object({ items: z.array(AccountItem), next: z.string().nullable() });
export type AccountsPage = z.infer<typeof AccountsPage>;

export const AccountDetail = AccountItem.extend({
  passwordChangedAt: z.string().nullable(),
  recoveryCodesLeft: z.int(),
  sessions: z.array(SessionItem),
});
export type AccountDetail = z.infer<typeof AccountDetail>;

/** Why an administrator does it: in the audit record. */
const reason = shortText(200).refine((text) => text.trim().length > 0, "a reason");

export const WithReason = z.object({ reason });
export type WithReason = z.infer<typeof WithReason>;

/** A password to be handed over, shown only here, and to be changed at the first sign-in. */
export const OneTimePassword = z.object({
  loginId: z.string(),
  password: z.string(),
  /** After this moment it opens nothing, and another one has to be made. */
  until: z.string(),
});
export type OneTimePassword = z.infer<typeof OneTimePassword>;

/** For how long a handed-over password can be used, from the newest version on. */
export const SignInRules = z.object({
  /** Of this moment. */
  oneTimePasswordHours: z.int(),
  /** Newest first; some may be to come. Empty while nobody has decided. */
  versions: z.array(z.object({ oneTimePasswordHours: z.int(), from: z.string(), changedBy: z.string() })),
});
export type SignInRules = z.infer<typeof SignInRules>;

export const ChangeSignInRulesRequest = z.object({
  oneTimePasswordHours: z.int().min(1).max(336),
  /** The first day on which it holds; from now on when left out or not in the future. */
  from: z.iso.date().optional(),
  reason,
});
export type ChangeSignInRulesRequest = z.infer<typeof ChangeSignInRulesRequest>;

export const RemoveAuthenticatorRequest = z.object({
  reason,
  /** How the administrator knows that it is really them. */
  confirmedBy: z.enum(["in-person", "call-back", "superior"]),
});
export type RemoveAuthenticatorRequest = z.infer<typeof RemoveAuthenticatorRequest>;

export const AccountValidity = z.object({
  isStopped: z.boolean(),
  /** From when and until when it may be used; null for no limit. */
  startsAt: z.iso.datetime({ offset: true }).nullable(),
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
  reason,
});
export type AccountValidity = z.infer<typeof AccountValidity>;

/**
 * Events of the stream that identity publishes. `session.ended` goes to the account's own connections, the directory's
 * to everybody on the staff.
 */
/** A device to approve or decided, the log of removable media, an inspection to consent to or decided. */
export const DutyKind = z.enum(["devices", "media", "inspections"]);
export type DutyKind = z.infer<typeof DutyKind>;

export const identityEvents = {
  /** A session was ended: by sign-out, by an administrator, or because the account ended. */
  "session.ended": z.object({ sessionId: z.uuid() }),
  /** What an account is entrusted with from now on; also when an office was proposed. Goes to that person. */
  "offices.changed": z.object({ personId: z.uuid(), offices: z.array(Office) }),
  /** How somebody stands in the directory from now on. */
  "person.changed": z.object({ person: PersonSummary, hasLeft: z.boolean() }),
  /** A booked import did not happen, because whoever booked it may no longer: to every administrator who may. */
  "directory-import.stopped": z.object({ importId: z.uuid() }),
  /** Something outside the rooms waits for its reader, or was decided for them; their devices are woken. */
  "duty.called": z.object({ changeId: z.uuid(), duty: DutyKind, subjectId: z.uuid() }),
  /** Many people or sections changed together; open pages of the directory ask again. */
  "directory.changed": z.object({ changeId: z.uuid() }),
} as const;
