import { z } from "zod";
import type { Keyring } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";

/** What a browser that went to a provider must bring back to be believed. It is sealed: the page keeps it and cannot read it. */
export const Journey = z.object({
  providerId: z.uuid(),
  revision: z.int(),
  zone: z.string(),
  /** The origin from which it went, and to which the provider sends it back. */
  address: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
export type Journey = z.infer<typeof Journey>;

/** That a provider has vouched for somebody here. */
export const Vouched = z.object({
  providerId: z.uuid(),
  revision: z.int(),
  zone: z.string(),
  accountId: z.uuid(),
  subject: z.string(),
  /** The provider's own name for its session. */
  session: z.string().optional(),
});
export type Vouched = z.infer<typeof Vouched>;

/** What a provider's signed answer says, on its way through the browser's address to the page that asked (SAML). */
export const SamlAnswer = z.object({
  providerId: z.uuid(),
  revision: z.int(),
  zone: z.string(),
  /** The question that it answers: the state of a journey. */
  inResponseTo: z.string(),
  subject: z.string(),
  /** Of the attribute by which newcomers are found. */
  value: z.string().optional(),
});
export type SamlAnswer = z.infer<typeof SamlAnswer>;

/** A provider asks for a password and perhaps a phone; who has shown them reads rules and chooses who sits there. */
export const journeyMinutes = 10;
export const vouchedMinutes = 10;
/** The browser is on its way from one page to the next. */
const answerMinutes = 2;

const kinds = { journey: Journey, vouched: Vouched, answer: SamlAnswer };
type Kind = keyof typeof kinds;

/** Seals what only we shall read again; the first part names the municipality and is no secret. */
export function sealTicket<K extends Kind>(
  keyring: Keyring,
  kind: K,
  tenantId: string,
  contents: z.infer<(typeof kinds)[K]>,
  now: Date,
): string {
  const minutes = { journey: journeyMinutes, vouched: vouchedMinutes, answer: answerMinutes }[kind];
  const text = JSON.stringify({ ...contents, until: now.getTime() + minutes * 60_000 });
  return `${tenantId}.${keyring.seal(`sso-${kind}`, tenantId, Buffer.from(text)).toString("base64url")}`;
}

/** What a ticket says; undefined for one that is too old or that we did not make. */
export function openTicket<K extends Kind>(
  keyring: Keyring,
  kind: K,
  ticket: string,
  now: Date,
): { tenantId: string; contents: z.infer<(typeof kinds)[K]> } | undefined {
  const [tenantId = "", sealed = ""] = ticket.split(".");
  if (!isId(tenantId)) return undefined;
  try {
    const opened = JSON.parse(
      keyring.open(`sso-${kind}`, tenantId, Buffer.from(sealed, "base64url")).toString(),
    ) as { until: number };
    if (opened.until <= now.getTime()) return undefined;
    // The schema is that of the kind.
    return { tenantId, contents: kinds[kind].parse(opened) as z.infer<(typeof kinds)[K]> };
  } catch {
    return undefined;
  }
}
