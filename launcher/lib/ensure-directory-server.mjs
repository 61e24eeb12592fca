import { existsSync } from "node:fs";
import { installMissing } from "./install-missing.mjs";
import { LauncherError } from "./say.mjs";

/** The LDAP server that the tests of the hall's directories run for real. On Debian as root it is installed when missing, without being started. */
export async function ensureDirectoryServer() {
  const missing = await installMissing(
    () => (existsSync("/usr/sbin/slapd") ? [] : ["slapd"]),
    (names) => [
      `LDAP の試験に要るものを入れています: ${names}`,
      `Installing what the tests of LDAP need: ${names}`,
    ],
  );
  if (missing.length > 0)
    throw new LauncherError(
      "LDAP の試験には slapd が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install --no-install-recommends slapd",
      "The tests of LDAP need slapd. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install --no-install-recommends slapd",
    );
}
