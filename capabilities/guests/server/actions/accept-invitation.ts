import { admitGuest } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import {
  type AdmittedGuest,
  admitGuestAccount,
  checkNewPassword,
  hashPassword,
  newTotpSecret,
  type Tenant,
  totpStep,
  totpUrl,
} from "#core/identity/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { findCurrentRules, recordAgreement } from "#core/rules/index.ts";
import { newId } from "#shared/ids.ts";
import type { AcceptInvitationRequest, OpenedInvitation, OpenInvitationRequest } from "../../contract.ts";
import { guestRules } from "../policy.ts";
import { getInvitation, readInvitationToken, takeInvitationTry } from "../queries/find-invitation.ts";
import { applyEnds, noteStayChange } from "../queries/stays.ts";
import { guestsChanged } from "./guests-changed.ts";

const keepSecret = statement<never>(
  "guests.keep-invitation-secret",
  "update guest_invitation set totp_pending = $3 where tenant_id = $1 and id = $2",
);
const setAccepted = statement<never>(
  "guests.accept-invitation",
  "update guest_invitation set accepted_at = $3, totp_pending = null where tenant_id = $1 and id = $2",
);
const insertStay = statement<never>(
  "guests.insert-stay",
  `insert into guest_stay (tenant_id, guest_id, section_code, until, purpose)
   values ($1, $2, (select s.code from person h join section s on s.tenant_id = h.tenant_id and s.id = h.section_id
                     where h.tenant_id = $1 and h.id = $5), $3, $4)`,
);

export type AcceptServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  findTenant: (tenantId: string) => Promise<Tenant | undefined>;
};

/** Shows an invitation to who has link and code: who invites, for what and until when, the terms, and the app's secret. */
export async function openInvitation(
  services: AcceptServices,
  { token, code }: OpenInvitationRequest,
): Promise<OpenedInvitation> {
  const { database, clock, keyring } = services;
  const { tenantId, hash } = await readInvitationToken(
    token,
    async (id) => !!(await services.findTenant(id)),
  );
  const tenant = (await services.findTenant(tenantId))!;
  await takeInvitationTry(database, tenantId, hash);
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const found = await getInvitation(tx, keyring, { tenantId, hash, code, now });
    const terms = await findCurrentRules(tx, tenantId, "guest", now);
    if (!terms) throw new AppError("guest-terms-missing");
    const context = `${tenantId} ${found.guest_id}`;
    const secret = found.totp_pending
      ? keyring.open("totp", context, found.totp_pending).toString("utf8")
      : newTotpSecret();
    if (!found.totp_pending)
      await tx.run(keepSecret, [tenantId, found.id, keyring.seal("totp", context, Buffer.from(secret))]);
    return {
      municipality: tenant.name,
      name: found.name,
      affiliation: found.affiliation,
      purpose: found.purpose,
      sponsorName: found.sponsor_name,
      roomCount: found.room_ids.length,
      until: found.until.toISOString(),
      terms: { id: terms.id, title: terms.title, version: terms.version, body: terms.body },
      totpSecret: secret,
      totpUrl: totpUrl(secret, tenant.name, found.name),
    };
  });
}

/**
 * Accepts an invitation: makes the guest's entry and account, agrees to the terms that were read, lets them into those of the
 * rooms into which the sponsor may still invite, and signs them in. All of it or nothing, once.
 */
export async function acceptInvitation(
  services: AcceptServices,
  input: AcceptInvitationRequest,
): Promise<AdmittedGuest> {
  const { database, clock, keyring } = services;
  const { tenantId, hash } = await readInvitationToken(
    input.token,
    async (id) => !!(await services.findTenant(id)),
  );
  await takeInvitationTry(database, tenantId, hash);
  const now = clock.now();
  const check = { tenantId, hash, code: input.code, now };
  // Looked at before the password is hashed: half an invitation costs no thirty milliseconds.
  const seen = await database.transaction(scopeOf(tenantId), (tx) => getInvitation(tx, keyring, check));
  const tenant = (await services.findTenant(tenantId))!;
  checkNewPassword(
    input.password,
    {
      loginId: "guest",
      names: [tenant.name, seen.name, seen.affiliation],
      readings: [tenant.slug, seen.kana],
    },
    "",
  );
  const passwordHash = await hashPassword(input.password);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const found = await getInvitation(tx, keyring, check);
    if (!found.totp_pending) throw new AppError("invitation-not-valid");
    const secret = keyring.open("totp", `${tenantId} ${found.guest_id}`, found.totp_pending).toString("utf8");
    const step = await totpStep(secret, input.totp, now, 0);
    if (step === undefined) throw new AppError("totp-failed");
    const terms = await findCurrentRules(tx, tenantId, "guest", now);
    if (terms?.id !== input.agreedTerms) throw new AppError("agreement-token-over");
    const admitted = await admitGuestAccount(tx, keyring, {
      tenantId,
      guestId: found.guest_id,
      sponsorId: found.sponsor_id,
      name: found.name,
      kana: found.kana,
      affiliation: found.affiliation,
      passwordHash,
      totp: { sealed: found.totp_pending, step },
      endsAt: found.until,
      deviceName: input.deviceName ?? null,
      rule: guestRules.invitationAccepted,
      now,
    });
    await recordAgreement(tx, admitted.actor, terms.id, now);
    await tx.run(insertStay, [tenantId, found.guest_id, found.until, found.purpose, found.sponsor_id]);
    await applyEnds(tx, tenantId, [found.guest_id]);
    await noteStayChange(tx, {
      tenantId,
      at: now,
      kind: "accepted",
      byId: found.guest_id,
      until: found.until,
      reason: found.purpose,
      lines: [{ id: newId(now.getTime()), guestId: found.guest_id }],
    });
    await tx.run(setAccepted, [tenantId, found.id, now]);
    await recordAudit(tx, admitted.actor, now, {
      action: "guest.accepted",
      subjectId: found.id,
      rule: guestRules.invitationAccepted,
      facts: { guest: found.guest_id, sponsor: found.sponsor_id },
    });
    const { roomIds, events } = await admitGuest(tx, {
      tenantId,
      sponsorId: found.sponsor_id,
      guestId: found.guest_id,
      roomIds: found.room_ids,
      now,
    });
    // The sponsor has left every room, or the rooms are put away: there is nothing to be let into.
    if (roomIds.length === 0) throw new AppError("invitation-not-valid");
    await publish(tx, now, [...admitted.events, ...events, guestsChanged(found.sponsor_id, now)]);
    return admitted;
  });
}
