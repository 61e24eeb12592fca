import { hash, verify } from "@node-rs/argon2";

/** argon2id (the library numbers it 2) as OWASP's password storage cheat sheet gives it: 19 MiB, two passes, one lane. */
const settings = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes a password with its own salt; the answer holds all that verifying needs. Takes about 30 ms of one core. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), settings);
}

/** For passwords that were drawn at random with 79 bits: no guessing reaches them, however fast the hash. */
const lightSettings = { ...settings, memoryCost: 1024, timeCost: 1 };

/**
 * Hashes a password that this program has generated and that must be changed at the first sign-in. A municipality's
 * first import makes thousands of them, within seconds instead of minutes.
 */
export function hashGeneratedPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), lightSettings);
}

let decoy: Promise<string> | undefined;

/**
 * True when the password belongs to the hash. Without a hash (an unknown login id) it takes as long and says false, so
 * that the time of an answer does not tell which login ids exist.
 */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  if (stored === undefined) {
    decoy ??= hashPassword("decoy");
    await verify(await decoy, password.normalize("NFKC"));
    return false;
  }
  // A light hash answers at once: so that nobody hears which accounts were never used, the usual work is done as well.
  if (!stored.includes(`m=${settings.memoryCost}`)) {
    decoy ??= hashPassword("decoy");
    await verify(await decoy, password.normalize("NFKC"));
  }
  return verify(stored, password.normalize("NFKC"));
}
