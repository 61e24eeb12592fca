import { generate, generateSecret, generateURI, verify } from "otplib";

/** RFC 6238 with the settings that every authenticator app has: SHA-1, six digits, 30 seconds. */
const periodSeconds = 30;

/** A new secret in base32, 160 bits. */
export function newTotpSecret(): string {
  return generateSecret();
}

/** What the QR code says. */
export function totpUrl(secret: string, municipality: string, loginId: string): string {
  return generateURI({ issuer: `Chonai ${municipality}`, label: loginId, secret });
}

/** The code of a moment, for demos and tests. */
export function totpAt(secret: string, at: Date): Promise<string> {
  return generate({ secret, epoch: Math.floor(at.getTime() / 1000) });
}

/**
 * The time step that a code belongs to, or undefined when it is wrong. One step of clock difference either way is
 * forgiven, and a step up to `lastStep` is refused: a code that somebody saw over a shoulder works no second time.
 */
export async function totpStep(
  secret: string,
  code: string,
  at: Date,
  lastStep: number,
): Promise<number | undefined> {
  const epoch = Math.floor(at.getTime() / 1000);
  const result = await verify({ secret, token: code, epoch, epochTolerance: periodSeconds });
  if (!result.valid) return undefined;
  const step = Math.floor(epoch / periodSeconds) + result.delta;
  return step > lastStep ? step : undefined;
}
