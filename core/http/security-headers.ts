/**
 * On every answer. The policy allows nothing from outside the installation (LGWAN has no Internet) and no script or
 * style that stands in the page itself.
 */
export const securityHeaders: ReadonlyArray<readonly [string, string]> = [
  [
    "content-security-policy",
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
      "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " +
      "frame-ancestors 'none'",
  ],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
];

/** Where people come by https: for a year, the host and what is below it by https only (ASVS 5.0, 3.4.1). */
export const strictTransport = ["strict-transport-security", "max-age=31536000; includeSubDomains"] as const;
