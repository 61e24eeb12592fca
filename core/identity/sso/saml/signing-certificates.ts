import { X509Certificate } from "node:crypto";
import { AppError } from "#core/kernel/index.ts";
import type { SigningCertificate } from "../provider-contract.ts";

/** That a certificate ends is said this long before. */
const warnedMs = 60 * 86_400_000;

/** Brings certificates into one form and refuses what cannot be read, or is so weak that a signature under it says nothing. */
export function checkSigningCertificates(certificates: readonly string[]): string[] {
  return certificates.map((pem) => {
    const certificate = readCertificate(pem);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    if (type !== "rsa" || (details?.modulusLength ?? 0) < 2048) throw new AppError("certificate-weak");
    return certificate.toString().trim();
  });
}

/** Those of today: one that is over, or begins later, is not believed. */
export function goodCertificates(certificates: readonly string[], now: Date): string[] {
  return certificates.filter((pem) => {
    const { validFromDate, validToDate } = new X509Certificate(pem);
    return validFromDate <= now && now < validToDate;
  });
}

/** What administrators are shown of each. */
export function describeCertificates(certificates: readonly string[], now: Date): SigningCertificate[] {
  return certificates.map((pem) => {
    const { subject, validFromDate, validToDate, fingerprint256 } = new X509Certificate(pem);
    const left = validToDate.getTime() - now.getTime();
    const state = left <= 0 ? "over" : validFromDate > now ? "later" : left < warnedMs ? "ends-soon" : "good";
    return {
      subject: subject.replaceAll("\n", ", "),
      fingerprint: fingerprint256,
      until: validToDate.toISOString(),
      state,
    };
  });
}

/** PEM, or the bare Base64 of metadata. */
function readCertificate(text: string): X509Certificate {
  try {
    const base64 = text.replaceAll(/-----(BEGIN|END) CERTIFICATE-----|\s/g, "");
    if (base64 === "" || !/^[A-Za-z0-9+/=]+$/.test(base64)) throw new Error("no certificate");
    return new X509Certificate(Buffer.from(base64, "base64"));
  } catch (cause) {
    throw new AppError("certificate-unreadable", {}, { cause });
  }
}
