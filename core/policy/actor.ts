import type { Office } from "./administration.ts";
import type { AccountClass, PersonKind, Zone } from "./words.ts";

/** What is known of the device at which somebody acts. What nobody has said is `unknown`, and not approved. */
export type DeviceFacts = {
  /** The office's own, or the holder's. */
  readonly owned: "issued" | "personal" | "unknown";
  readonly isApproved: boolean;
};

/**
 * Who acts, as far as decisions need to know. Made once for a request from its session and its listener; nothing that
 * the request itself says can change it.
 */
export type Actor = {
  readonly tenantId: string;
  /** The account and its entry in the directory share one id. */
  readonly personId: string;
  readonly kind: PersonKind;
  readonly accountClass: AccountClass;
  /** What the account is entrusted with; asked by `administers`. */
  readonly offices: readonly Office[];
  /** Who sits at a section account. */
  readonly operatorId: string | null;
  readonly zone: Zone;
  readonly deviceId: string;
  readonly device: DeviceFacts;
  readonly sessionId: string;
};
