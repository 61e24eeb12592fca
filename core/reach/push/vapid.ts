import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { build, type Database, installationScope } from "#core/db/index.ts";
import { type Clock, type Keyring, sealedUnder } from "#core/kernel/index.ts";

/** The installation towards push services (RFC 8292): an identity, no encryption, since nothing is ever sent in a push. */
export type Vapid = {
  /** The uncompressed point, base64url: what browsers take as `applicationServerKey`. */
  publicKey: string;
  /** The value of the Authorization header for a push service's origin. */
  authorize(origin: string): string;
};

const purpose = "vapid";
const context = "installation";
/** At most a day by the RFC; half of it, so that clocks may differ. */
const validFor = 12 * 3600;

/** Opens the installation's key pair, making it the first time. The private key is sealed by the keyring. */
export async function openVapid(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  contact: string,
): Promise<Vapid> {
  const made = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const row = await database.transaction(installationScope, async (tx) => {
    await tx.run(
      build
        .updateTable("installation")
        .set({
          vapid_public_key: pointOf(made.publicKey),
          vapid_sealed_key: keyring.seal(
            purpose,
            context,
            made.privateKey.export({ type: "pkcs8", format: "der" }),
          ),
        })
        .where("vapid_sealed_key", "is", null),
    );
    return tx.first(build.selectFrom("installation").select("vapid_sealed_key"));
  });
  const sealed = row?.vapid_sealed_key;
  if (!sealed) throw new Error("the installation has no row");
  const key = createPrivateKey({ key: keyring.open(purpose, context, sealed), type: "pkcs8", format: "der" });
  return vapidOf(key, clock, contact);
}

/** Seals the installation's private key under the newest key; true when it was under another. */
export async function resealVapid(database: Database, keyring: Keyring): Promise<boolean> {
  return database.transaction(installationScope, async (tx) => {
    const row = await tx.first(build.selectFrom("installation").select("vapid_sealed_key").forUpdate());
    const sealed = row?.vapid_sealed_key;
    if (!sealed || sealedUnder(sealed) === keyring.id) return false;
    const anew = keyring.seal(purpose, context, keyring.open(purpose, context, sealed));
    await tx.run(build.updateTable("installation").set({ vapid_sealed_key: anew }));
    return true;
  });
}

/** @param contact `mailto:` or `https:` of whom a push service asks when something is wrong */
export function vapidOf(key: KeyObject, clock: Clock, contact: string): Vapid {
  const publicKey = pointOf(createPublicKey(key)).toString("base64url");
  const signed = new Map<string, { token: string; until: number }>();
  return {
    publicKey,
    authorize(origin) {
      const now = Math.floor(clock.now().getTime() / 1000);
      let known = signed.get(origin);
      // Signed again at half time, and when the clock was set back.
      if (!known || now > known.until - validFor / 2 || now < known.until - validFor) {
        const until = now + validFor;
        known = { token: signToken(key, { aud: origin, exp: until, sub: contact }), until };
        signed.set(origin, known);
      }
      return `vapid t=${known.token}, k=${publicKey}`;
    },
  };
}

/** A JSON Web Token by ES256 (RFC 7515, 7518). */
function signToken(key: KeyObject, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

/** 0x04 ‖ x ‖ y. */
function pointOf(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: "jwk" });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x!, "base64url"), Buffer.from(y!, "base64url")]);
}
