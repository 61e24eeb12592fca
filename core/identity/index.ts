/**
 * Who people are and how they sign in: municipalities, the organisation, staff, section accounts, guests, devices and
 * sessions. See docs/architecture/identity.md.
 */
export { AccountEnds } from "./account-ends.ts";
export { type AdmittedGuest, admitGuestAccount } from "./actions/admit-guest.ts";
export { beginDay } from "./actions/begin-day.ts";
export { giveOfficeAtConsole } from "./actions/change-offices.ts";
export { checkImport } from "./actions/check-import.ts";
export { createMunicipality } from "./actions/create-municipality.ts";
export { callTo, listHolders } from "./actions/duty-calls.ts";
export { endSessionsOf, sessionEnded } from "./actions/end-sessions.ts";
export {
  type ImportOptions,
  importPeople,
  type PeopleFiles,
} from "./actions/import-people.ts";
export { type ImportedRole, importSectionRoles } from "./actions/import-section-roles.ts";
export { type PasswordReset, resetPasswordAtConsole } from "./actions/reset-password.ts";
export { runImport } from "./actions/run-import.ts";
export { signIn } from "./actions/sign-in.ts";
export { deviceDays } from "./device-secret.ts";
export { cutOffLost } from "./devices/actions/cut-off-device.ts";
export { type HolderDevice, listHolderDevices } from "./devices/list-holder-devices.ts";
export { forgetOldSignIns } from "./forget-old-sign-ins.ts";
export { Guesses } from "./guesses.ts";
export type { Credentials, InitialPassword, MakeCredentials } from "./import/credentials.ts";
export type { ImportIssue } from "./import/issue.ts";
export { type Column, readTable } from "./import/read-table.ts";
export type { ImportReport } from "./import/report.ts";
export { personSearchKey, sectionSearchKey } from "./import/search-keys.ts";
export {
  createInstallation,
  findInstallation,
  type Installation,
  issueSetUpCode,
  raiseEpoch,
  rememberKey,
} from "./installation.ts";
export { stopDisabled } from "./ldap/actions/stop-disabled.ts";
export { loginKey } from "./login-key.ts";
export {
  type OrganisationChange,
  type OrganisationListener,
  tellOrganisationListeners,
} from "./organisation-listeners.ts";
export { checkNewPassword } from "./password-rules.ts";
export { hashPassword } from "./passwords.ts";
export {
  decideEditDirectory,
  decideSeePerson,
  decideSeeSections,
  personRules,
  visiblePeople,
} from "./policy.ts";
export { countLiveSessions } from "./queries/count-live-sessions.ts";
export { getMe } from "./queries/get-me.ts";
export type { Roommates } from "./queries/list-people.ts";
export { listPeopleOfSection } from "./queries/list-people-of-section.ts";
export {
  listCurrentPeople,
  listPersonSummaries,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./queries/person-summaries.ts";
export { RefusedSignIns } from "./refused-sign-ins.ts";
export { type IdentityServices, identityRoutes } from "./routes.ts";
export { identitySealedColumns } from "./sealed-columns.ts";
export { type LiveSession, Sessions } from "./sessions.ts";
export type { SignInCondition } from "./sign-in-condition.ts";
export type { OutgoingSettings } from "./sso/guarded-fetch.ts";
export { OpenId } from "./sso/open-id.ts";
export { Saml } from "./sso/saml/saml.ts";
export { type Tenant, Tenants } from "./tenants.ts";
export { todayInJapan } from "./today.ts";
export { hashToken, newToken, readToken } from "./tokens.ts";
export { newTotpSecret, totpAt, totpStep, totpUrl } from "./totp.ts";
