import { createRemoteJWKSet, customFetch as fetchKeys, type JWTVerifyGetKey, jwtVerify } from "jose";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { AppError, type Clock, type Keyring, type Logger } from "#core/kernel/index.ts";
import type { Zones } from "#core/zones/index.ts";
import type { Claims } from "./claims.ts";
import { makeGuardedFetch, NotFetched, type OutgoingSettings } from "./guarded-fetch.ts";
import type { OpenIdSettings, ProviderTrial } from "./provider-contract.ts";
import { openProviderSecret, type Provider, returnAddressOf } from "./providers.ts";
import type { Journey } from "./tickets.ts";

/** What a provider says of itself is believed this long. */
const believeFor = 10 * 60_000;
/** Clocks of two systems differ by seconds; more is a fault. */
const toleratedSeconds = 60;
/** Somebody who is asked anew has been asked within this time. */
const askedWithinSeconds = 300;

/** With what a logout token may be signed: keys that only the provider has. */
const asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";
/** A logout token is sent when it is made. */
const logoutWithinSeconds = 300;

/** Whose sessions a provider has ended, by its own names. */
export type Logout = { id: string; subject: string | undefined; session: string | undefined };

type Known = { configuration: Promise<Configuration>; askAgainAt: number };

/** Signing in by OpenID Connect: authorization code with PKCE, state and nonce, the ID token's signature always checked. */
export class OpenId {
  readonly #clock: Clock;
  readonly #keyring: Keyring;
  readonly #log: Logger;
  readonly #outgoing: OutgoingSettings;
  readonly #zones: Zones;
  readonly #known = new Map<string, Known>();
  readonly #keys = new WeakMap<Configuration, JWTVerifyGetKey>();

  constructor(services: {
    clock: Clock;
    keyring: Keyring;
    log: Logger;
    outgoing: OutgoingSettings;
    zones: Zones;
  }) {
    this.#clock = services.clock;
    this.#keyring = services.keyring;
    this.#log = services.log;
    this.#outgoing = services.outgoing;
    this.#zones = services.zones;
  }

  /** Asks the provider what it is, as an administrator who wants to know whether the settings are right. */
  async try(tenantId: string, provider: Provider, settings: OpenIdSettings): Promise<ProviderTrial> {
    try {
      const about = (await this.#discover(tenantId, provider, settings, "lgwan")).serverMetadata();
      if (!about.authorization_endpoint?.startsWith("https://"))
        return { result: "unusable", because: "not-a-provider" };
      return {
        result: "usable",
        signInHost: new URL(about.authorization_endpoint).host,
        signOutIsKnown: about.end_session_endpoint !== undefined,
      };
    } catch (error) {
      this.#log.warn(
        { provider: provider.id, reason: reasonOf(error) },
        "an identity provider could not be used",
      );
      return { result: "unusable", because: findNotFetched(error)?.because ?? "not-a-provider" };
    }
  }

  /** Where to send the browser, and what it must bring back. What is asked of the provider meanwhile, the zone must permit. */
  async begin(
    tenantId: string,
    provider: Provider,
    settings: OpenIdSettings,
    { address, zone }: { address: string; zone: string },
  ): Promise<{ url: string; secrets: Pick<Journey, "state" | "nonce" | "verifier"> }> {
    const configuration = await this.#configurationOf(tenantId, provider, settings, zone);
    const secrets = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: returnAddressOf(address),
      scope: ["openid", ...settings.scope.split(" ").filter((word) => word !== "" && word !== "openid")].join(
        " ",
      ),
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: "S256",
      ...(settings.acr.trim() && { acr_values: settings.acr.trim() }),
      ...(settings.asksAnew && { prompt: "login", max_age: String(askedWithinSeconds) }),
    });
    if (url.protocol !== "https:") throw new AppError("provider-unavailable");
    return { url: url.href, secrets };
  }

  /**
   * Redeems the code with which the browser came back. Whatever is wrong with it (state, nonce, issuer, audience, signature, time,
   * class) is one answer; the log has the reason.
   *
   * @param answer the query of the return address
   */
  async redeem(
    tenantId: string,
    provider: Provider,
    settings: OpenIdSettings,
    journey: Journey,
    answer: string,
  ): Promise<Claims> {
    const configuration = await this.#configurationOf(tenantId, provider, settings, journey.zone);
    const here = new URL(returnAddressOf(journey.address));
    here.search = answer;
    try {
      const tokens = await authorizationCodeGrant(configuration, here, {
        pkceCodeVerifier: journey.verifier,
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        idTokenExpected: true,
        ...(settings.asksAnew && { maxAge: askedWithinSeconds }),
      });
      const claims = tokens.claims();
      if (!claims) throw new Error("no ID token");
      const accepted = settings.acr.split(" ").filter((word) => word !== "");
      if (accepted.length > 0 && !accepted.includes(String(claims.acr))) throw new Error(`acr ${claims.acr}`);
      const isMissing = provider.match && claims[provider.match.claim] === undefined;
      const more =
        isMissing && configuration.serverMetadata().userinfo_endpoint
          ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : {};
      return {
        subject: claims.sub,
        values: { ...more, ...claims },
        ...(typeof claims.sid === "string" && { session: claims.sid }),
      };
    } catch (error) {
      this.#log.warn(
        { provider: provider.id, reason: reasonOf(error) },
        "an identity provider's answer was refused",
      );
      throw findNotFetched(error)
        ? new AppError("provider-unavailable", {}, { cause: error })
        : new AppError("provider-answer-refused", {}, { cause: error });
    }
  }

  /** Reads a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6): signed by the provider, for us, of now, and nothing but a logout. */
  async readLogout(
    tenantId: string,
    provider: Provider,
    settings: OpenIdSettings,
    { token, zone }: { token: string; zone: string },
  ): Promise<Logout> {
    const configuration = await this.#configurationOf(tenantId, provider, settings, zone);
    try {
      const { payload } = await jwtVerify(token, this.#keysOf(configuration, provider, zone), {
        issuer: configuration.serverMetadata().issuer,
        audience: settings.clientId,
        algorithms: asymmetric,
        requiredClaims: ["iat", "jti", "events"],
        maxTokenAge: logoutWithinSeconds,
        clockTolerance: toleratedSeconds,
        currentDate: this.#clock.now(),
      });
      const { jti, sub, sid, events, nonce } = payload;
      const isLogout = typeof events === "object" && events !== null && logoutEvent in events;
      if (!isLogout || nonce !== undefined) throw new Error("not a logout token");
      if (sub === undefined && typeof sid !== "string") throw new Error("a logout of nobody");
      return { id: String(jti), subject: sub, session: typeof sid === "string" ? sid : undefined };
    } catch (error) {
      this.#log.warn({ provider: provider.id, reason: reasonOf(error) }, "a logout token was refused");
      throw new AppError("logout-token-refused", {}, { cause: error });
    }
  }

  #keysOf(configuration: Configuration, provider: Provider, zone: string): JWTVerifyGetKey {
    const known = this.#keys.get(configuration);
    if (known) return known;
    const guarded = makeGuardedFetch(this.#outgoing, provider.ca, (url) => this.#zones.mayAsk(zone, url));
    const keys = createRemoteJWKSet(new URL(configuration.serverMetadata().jwks_uri ?? "none:"), {
      [fetchKeys]: (url, { method, headers }) => guarded(url, { method, headers }),
    });
    this.#keys.set(configuration, keys);
    return keys;
  }

  async #configurationOf(
    tenantId: string,
    provider: Provider,
    settings: OpenIdSettings,
    zone: string,
  ): Promise<Configuration> {
    const now = this.#clock.now().getTime();
    const key = `${provider.id} ${provider.revision} ${zone}`;
    const known = this.#known.get(key);
    if (known && now < known.askAgainAt) return known.configuration;
    const configuration = this.#discover(tenantId, provider, settings, zone);
    if (this.#known.size >= 100) this.#known.clear();
    this.#known.set(key, { configuration, askAgainAt: now + believeFor });
    try {
      return await configuration;
    } catch (error) {
      this.#known.delete(key);
      this.#log.warn(
        { provider: provider.id, reason: reasonOf(error) },
        "an identity provider could not be used",
      );
      throw new AppError("provider-unavailable", {}, { cause: error });
    }
  }

  async #discover(
    tenantId: string,
    provider: Provider,
    settings: OpenIdSettings,
    zone: string,
  ): Promise<Configuration> {
    const secret = openProviderSecret(this.#keyring, tenantId, provider);
    const guarded = makeGuardedFetch(this.#outgoing, provider.ca, (url) => this.#zones.mayAsk(zone, url));
    const configuration = await discovery(
      new URL(settings.issuer),
      settings.clientId,
      {
        // The library goes by the machine's clock; the program by its own.
        [clockSkew]: Math.round((this.#clock.now().getTime() - Date.now()) / 1000),
        [clockTolerance]: toleratedSeconds,
      },
      secret === null ? None() : ClientSecretBasic(secret),
      { [customFetch]: guarded, timeout: 10 },
    );
    enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

function findNotFetched(error: unknown): NotFetched | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if (each instanceof NotFetched) return each;
  return undefined;
}

function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) parts.push(each.message);
  return parts.join(": ").slice(0, 500);
}
