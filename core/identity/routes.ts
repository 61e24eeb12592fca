import { z } from "zod";
import { type Database, scopeOf } from "#core/db/index.ts";
import {
  anyone,
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  signedIn,
  writing,
} from "#core/http/index.ts";
import { AppError, type Clock, type Keyring, type Logger } from "#core/kernel/index.ts";
import { type Actor, noteDecision, type Zone } from "#core/policy/index.ts";
import type { FurtherZone, Zones } from "#core/zones/index.ts";
import type { AccountEnds } from "./account-ends.ts";
import { accountRoutes } from "./account-routes.ts";
import { changeOperator } from "./actions/change-operator.ts";
import { setUp } from "./actions/set-up.ts";
import { type SignedIn, signIn, signInByPasskey, signInByProvider } from "./actions/sign-in.ts";
import { signOut } from "./actions/sign-out.ts";
import { administrationRoutes } from "./administration-routes.ts";
import {
  ChangedOperator,
  ChangeOperatorRequest,
  Me,
  type NamedZone,
  Operators,
  PasskeySignInRequest,
  PeoplePage,
  PeopleQuery,
  ProviderSignInRequest,
  SetUpRequest,
  SetUpResponse,
  SignInPage,
  SignInRequest,
  SignInResponse,
} from "./contract.ts";
import { deviceDays } from "./device-secret.ts";
import { DeviceRefused } from "./devices/actions/enter-device.ts";
import { deviceRoutes } from "./devices/device-routes.ts";
import { DevicesToForget } from "./devices/forget-on-device.ts";
import { editRoutes } from "./edit-routes.ts";
import type { Guesses } from "./guesses.ts";
import { importRoutes } from "./import-routes.ts";
import { ldapRoutes } from "./ldap/ldap-routes.ts";
import { officeRoutes } from "./office-routes.ts";
import type { OrganisationListener } from "./organisation-listeners.ts";
import { organisationRoutes } from "./organisation-routes.ts";
import { passkeyRoutes } from "./passkeys/passkey-routes.ts";
import { personRules } from "./policy.ts";
import { getMe } from "./queries/get-me.ts";
import { listOperators } from "./queries/list-operators.ts";
import { listPeople, type Roommates } from "./queries/list-people.ts";
import type { RefusedSignIns } from "./refused-sign-ins.ts";
import { scimRoutes } from "./scim/scim-routes.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInCondition } from "./sign-in-condition.ts";
import type { OutgoingSettings } from "./sso/guarded-fetch.ts";
import type { OpenId } from "./sso/open-id.ts";
import { listSignInProviders, providerRoutes } from "./sso/provider-routes.ts";
import type { Saml } from "./sso/saml/saml.ts";
import { openTicket } from "./sso/tickets.ts";
import type { Tenants } from "./tenants.ts";
import { todayInJapan } from "./today.ts";

export type IdentityServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  sessions: Sessions;
  tenants: Tenants;
  guesses: Guesses;
  refusedSignIns: RefusedSignIns;
  openId: OpenId;
  saml: Saml;
  log: Logger;
  /** Where identity providers and directories may be asked. */
  outgoing: OutgoingSettings;
  /** What must be so besides credentials before somebody is let in. */
  signInConditions: readonly SignInCondition[];
  accountEnds: Pick<AccountEnds, "wake">;
  /** Who shares a room with a guest; given by the capability that knows rooms. */
  roommates: Roommates;
  /** What follows the organisation, told by each action that changes it. */
  organisationListeners: readonly OrganisationListener[];
  limits: Me["limits"];
  /** The people to pick from on a demo's sign-in page; empty in a real installation. */
  listDemoPeople: (zone: Zone, at: Date) => Promise<SignInPage["demoPeople"]>;
  isSetUp: () => Promise<boolean>;
  zones: Zones;
};

/** By address, for the processor's sake; guessing is counted apart (guesses.ts). */
const signingIn: RateLimit = { name: "sign-in", perMinute: 300, burst: 300 };
const settingUp: RateLimit = { name: "set-up", perMinute: 10, burst: 10 };

export function identityRoutes(services: IdentityServices): Route[] {
  const { database, clock, keyring } = services;
  const cursorKey = keyring.derive("cursor");
  const devicesToForget = new DevicesToForget(database, clock);
  const readMe = (actor: Actor) =>
    database.transaction(scopeOf(actor.tenantId), (tx) =>
      getMe(
        tx,
        actor,
        services.limits,
        todayInJapan(clock),
        actor.kind === "guest" ? [] : services.zones.further.map(nameZone),
      ),
    );

  /** What a sign-in answers: the session's and the device's cookies, or the device's alone where the device stands in the way. */
  const begin = async (signingIn: () => Promise<SignedIn>) => {
    const signedIn = await signingIn().catch((error: unknown) => {
      if (error instanceof DeviceRefused) return error;
      throw error;
    });
    if (signedIn instanceof DeviceRefused)
      return { refusal: signedIn, deviceCookie: { secret: signedIn.deviceSecret, days: deviceDays } };
    const { token, actor, expiresAt, deviceSecret, recoveryCodes } = signedIn;
    return {
      status: 201,
      body: { token, recoveryCodes, ...(await readMe(actor)) },
      cookie: { token, expiresAt },
      deviceCookie: { secret: deviceSecret, days: deviceDays },
    };
  };

  return [
    ...accountRoutes(services),
    ...administrationRoutes(services),
    ...officeRoutes(services),
    ...deviceRoutes(services, devicesToForget),
    ...passkeyRoutes(services),
    ...providerRoutes(services),
    ...scimRoutes(services),
    ...ldapRoutes({ ...services, onSessionEnded: (id) => services.sessions.forget(id) }),

    defineRoute({
      name: "identity.show-sign-in-page",
      method: "GET",
      path: "/api/v1/sign-in-page",
      summary: "What the sign-in page shows: municipalities, the zone, and in a demo its people.",
      request: {},
      response: { statuses: [200], schema: SignInPage },
      policy: anyone("names only municipalities; people are named in a demo alone"),
      limit: reading,
      handler: async ({ facts }) => {
        const tenants = await services.tenants.list();
        const meant = await services.tenants.listMeant(facts.host);
        return {
          status: 200,
          body: {
            zone: facts.zone,
            furtherZones: services.zones.further.filter(({ id }) => id === facts.zone).map(nameZone),
            isSetUp: await services.isSetUp(),
            tenants: tenants.map(({ slug, name }) => ({ slug, name })),
            isDemo: tenants.some((tenant) => tenant.isDemo),
            needsTotp: services.zones.needsSecondFactor(facts.zone),
            providers: await listSignInProviders(database, meant, facts.zone, facts.host),
            hasSession: facts.token !== undefined,
            mustForget: await devicesToForget.mustForget(
              meant.map(({ id }) => id),
              facts.deviceSecret,
            ),
            demoPeople: await services.listDemoPeople(
              services.zones.sideOf(facts.zone) ?? facts.zone,
              clock.now(),
            ),
          },
        };
      },
    }),

    defineRoute({
      name: "identity.set-up",
      method: "POST",
      path: "/api/v1/set-up",
      summary: "Makes the municipality and its first administrator, with the one-time code of the console.",
      request: { body: SetUpRequest },
      response: { statuses: [201], schema: SetUpResponse },
      policy: anyone("needs the one-time code that only the console shows"),
      limit: settingUp,
      handler: async ({ body }) => {
        if (await services.isSetUp()) throw new AppError("already-set-up");
        const answer = await setUp(services, body);
        services.tenants.forget();
        return { status: 201, body: answer };
      },
    }),

    defineRoute({
      name: "identity.sign-in",
      method: "POST",
      path: "/api/v1/sessions",
      summary: "Signs in: password, and on the Internet side the authenticator app's code.",
      request: { body: SignInRequest },
      response: { statuses: [201], schema: SignInResponse },
      policy: anyone("this is how one becomes somebody"),
      limit: signingIn,
      handler: async ({ body, facts }) => {
        const tenant = await services.tenants.choose(facts.host, body.tenant);
        return begin(() => signIn(services, tenant, facts, body));
      },
    }),

    defineRoute({
      name: "identity.sign-in-by-passkey",
      method: "POST",
      path: "/api/v1/passkey-sessions",
      summary: "Signs in by a passkey alone, in the place of password and code.",
      request: { body: PasskeySignInRequest },
      response: { statuses: [201], schema: SignInResponse },
      policy: anyone("this is how one becomes somebody"),
      limit: signingIn,
      handler: async ({ body, facts }) => {
        const tenant = await services.tenants.choose(facts.host, body.tenant);
        return begin(() => signInByPasskey(services, tenant, facts, body));
      },
    }),

    defineRoute({
      name: "identity.sign-in-by-provider",
      method: "POST",
      path: "/api/v1/provider-sessions",
      summary: "Signs in on the word of an identity provider, in the place of the password.",
      request: { body: ProviderSignInRequest },
      response: { statuses: [201], schema: SignInResponse },
      policy: anyone("this is how one becomes somebody"),
      limit: signingIn,
      handler: async ({ body, facts }) => {
        const named = openTicket(keyring, "vouched", body.proof, clock.now());
        const tenant = (await services.tenants.listMeant(facts.host)).find(
          ({ id }) => id === named?.tenantId,
        );
        if (!tenant) throw new AppError("provider-sign-in-over");
        return begin(() => signInByProvider(services, tenant, facts, body));
      },
    }),

    defineRoute({
      name: "identity.sign-out",
      method: "DELETE",
      path: "/api/v1/sessions/current",
      summary: "Ends this session; its streams close.",
      request: {},
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own session"),
      limit: writing,
      handler: async ({ actor }) => {
        await signOut(database, clock, actor);
        services.sessions.forget(actor.sessionId);
        return { status: 204, body: null, cookie: "clear" };
      },
    }),

    defineRoute({
      name: "identity.get-me",
      method: "GET",
      path: "/api/v1/me",
      summary: "The account, person, municipality, zone and session of the caller.",
      request: {},
      response: { statuses: [200], schema: Me },
      policy: signedIn("one's own account"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await readMe(actor) }),
    }),

    defineRoute({
      name: "identity.list-operators",
      method: "GET",
      path: "/api/v1/me/operators",
      summary: "Who may sit at the caller's section account, those who sat there last first.",
      request: {},
      response: { statuses: [200], schema: Operators },
      policy: signedIn("the staff of the section account's own section"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await database.transaction(scopeOf(actor.tenantId), async (tx) => {
          const { person } = await getMe(tx, actor, services.limits, todayInJapan(clock));
          if (actor.kind !== "section" || !person.sectionId) throw new AppError("not-found");
          const { tenantId, personId } = actor;
          return {
            items: await listOperators(tx, tenantId, personId, person.sectionId, todayInJapan(clock)),
          };
        }),
      }),
    }),

    defineRoute({
      name: "identity.change-operator",
      method: "PUT",
      path: "/api/v1/me/operator",
      summary:
        "Another person sits down at the section account: a new session under their name on the same device.",
      request: { body: ChangeOperatorRequest },
      response: { statuses: [200], schema: ChangedOperator },
      policy: signedIn("one's own section account, to staff of its section"),
      limit: writing,
      handler: async ({ actor, body }) => {
        const changed = await changeOperator(services, actor, body);
        services.sessions.forget(actor.sessionId);
        return {
          status: 200,
          body: { token: changed.token, ...(await readMe(changed.actor)) },
          cookie: { token: changed.token, expiresAt: changed.expiresAt },
        };
      },
    }),

    defineRoute({
      name: "identity.list-people",
      method: "GET",
      path: "/api/v1/people",
      summary: "The directory as far as the caller may see it, by kana; searches names, kana and sections.",
      request: { query: PeopleQuery },
      response: { statuses: [200], schema: PeoplePage },
      policy: decidedBy("person.see"),
      limit: reading,
      handler: async ({ actor, query }) => {
        noteDecision(
          actor,
          actor.kind === "guest" ? personRules.guestSeesRoommates : personRules.staffSeesDirectory,
        );
        const page = await listPeople(
          database,
          actor,
          query,
          services.roommates,
          cursorKey,
          todayInJapan(clock),
        );
        return { status: 200, body: page };
      },
    }),
    ...organisationRoutes(services),
    ...importRoutes(services),
    ...editRoutes(services),
  ];
}

/** A further zone by its names alone: where it listens and what it may call is the administrators' to see. */
function nameZone({ id, ja, en, kind }: FurtherZone): NamedZone {
  return { id, ja, en, kind };
}
