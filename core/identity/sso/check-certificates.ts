import { X509Certificate } from "node:crypto";
import { AppError } from "#core/kernel/index.ts";

/** Refuses what are no certificates in PEM; none at all is fine. */
export function checkCertificates(ca: string | null): void {
  if (ca === null || ca.trim() === "") return;
  try {
    const parts = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
    if (!parts) throw new Error("no certificate");
    for (const part of parts) new X509Certificate(part);
  } catch (cause) {
    throw new AppError("certificate-unreadable", {}, { cause });
  }
}
