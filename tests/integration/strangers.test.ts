import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultChatSettings } from "#capabilities/chat/contract.ts";
import { defaultUseReviewRules } from "#capabilities/governance/server/use-review/default-rules.ts";
import { defaultTable } from "#core/crossing/index.ts";
import { newId } from "#shared/ids.ts";
import type { Answer, ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

let server: TestServer;
let owner: ApiClient;
let colleague: BuiltPerson;
let strangers: { who: string; client: ApiClient }[];
let tenantId: string;
let roomId: string;
let messageId: string;
let fileId: string;
let uploadId: string;
let carryOutId: string;
let ownerSessionId: string;
let ownerDeviceId: string;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  owner = await server.as(await buildPerson(server.database, tenantId));
  colleague = await buildPerson(server.database, tenantId);
  roomId = (await owner.createGroup([colleague.id])).id;
  ownerSessionId = (await owner.get("/api/v1/me")).body.session.id;
  ownerDeviceId = (await owner.get("/api/v1/me/devices")).body.items[0].id;
  messageId = (await owner.send(roomId, "関係者だけの話です")).body.id;
  fileId = (await owner.upload(roomId, "関係者だけの見積書.txt", "金額", { purpose: "library" })).body.id;
  await until("the file is released", async () => {
    const { body } = await owner.get(`/api/v1/files/${fileId}`);
    return body.state === "released";
  });
  uploadId = (await beginUpload(owner)).body.id;
  carryOutId = (
    await (
      await server.as(colleague, "internet")
    ).post(
      `/api/v1/files/${fileId}/carry-outs`,
      { version: 1, reason: "関係者の会議で使う", hours: 1, downloads: 1 },
      key(),
    )
  ).body.id;
  const elsewhere = await buildMunicipality(server.database);
  strangers = [
    {
      who: "a colleague who is no member",
      client: await server.as(await buildPerson(server.database, tenantId)),
    },
    {
      who: "a guest of other rooms",
      client: await server.as(await buildPerson(server.database, tenantId, { kind: "guest" }), "internet"),
    },
    {
      who: "staff of another municipality",
      client: await server.as(await buildPerson(server.database, elsewhere)),
    },
  ];
});
afterAll(() => server.stop());

const key = () => ({ "idempotency-key": newId() });
const consenting = { consents: true, reason: "試験" };
const base64 = (words: string) => Buffer.from(words).toString("base64");
const beginUpload = (client: ApiClient) =>
  client.call<any>("POST", "/api/v1/uploads", undefined, {
    "upload-length": "5",
    "upload-metadata": `roomId ${base64(roomId)},name ${base64("関係者.txt")}`,
  });

const ldapSource = {
  name: "よその名簿",
  isEnabled: true,
  settings: {
    url: "ldaps://dc.example.jp",
    ca: null,
    bindDn: "cn=reader",
    baseDn: "dc=example",
    filter: "(objectClass=user)",
    attributes: { number: "a", name: "b", kana: "", department: "", title: "", phone: "", loginId: "" },
  },
  reason: "試験",
};

const identityProvider = {
  name: "よそのシステム",
  isEnabled: true,
  zones: ["lgwan"],
  personKinds: ["staff"],
  allowsAdministrators: true,
  isSecondFactor: true,
  addresses: ["https://chat.city.example.jp"],
  ca: null,
  match: null,
  settings: {
    kind: "oidc",
    issuer: "https://idp.example.jp",
    clientId: "chonai",
    scope: "",
    acr: "",
    asksAnew: false,
  },
  reason: "試験",
};

/** How each route is called, and what a stranger with a session is told. Without a session it is always 401. */
const calls: Record<string, { call: (client: ApiClient) => Promise<Answer<any>>; stranger: number }> = {
  "identity.sign-out": { call: (c) => c.delete("/api/v1/sessions/current"), stranger: 204 },
  "identity.get-me": { call: (c) => c.get("/api/v1/me"), stranger: 200 },
  "identity.list-people": { call: (c) => c.get("/api/v1/people"), stranger: 200 },
  "identity.list-sections": { call: (c) => c.get("/api/v1/sections"), stranger: 200 },
  "identity.get-section": { call: (c) => c.get(`/api/v1/sections/${newId()}`), stranger: 200 },
  "identity.list-section-roles": { call: (c) => c.get("/api/v1/section-roles"), stranger: 200 },
  "identity.get-person": { call: (c) => c.get(`/api/v1/people/${colleague.id}`), stranger: 200 },
  "identity.get-security": { call: (c) => c.get("/api/v1/me/security"), stranger: 200 },
  "identity.change-password": {
    call: (c) => c.put("/api/v1/me/password", { password: "wrong", newPassword: "wrong as well, and long" }),
    stranger: 403,
  },
  "identity.prove-presence": {
    call: (c) => c.post("/api/v1/me/presence-proof", { password: "wrong" }),
    stranger: 403,
  },
  "identity.propose-authenticator": {
    call: (c) => c.post("/api/v1/me/authenticator", { password: "wrong" }),
    stranger: 403,
  },
  "identity.confirm-authenticator": {
    call: (c) => c.put("/api/v1/me/authenticator", { totp: "000000" }),
    stranger: 409,
  },
  "identity.renew-recovery-codes": {
    call: (c) => c.post("/api/v1/me/recovery-codes", { password: "wrong" }),
    stranger: 403,
  },
  "identity.list-own-sessions": { call: (c) => c.get("/api/v1/me/sessions"), stranger: 200 },
  "identity.end-own-session": {
    call: (c) => c.delete(`/api/v1/me/sessions/${ownerSessionId}`),
    stranger: 404,
  },
  "identity.end-other-sessions": {
    call: (c) => c.post("/api/v1/me/sessions/end-others", undefined),
    stranger: 200,
  },
  "equipment.list": { call: (c) => c.get("/api/v1/equipment"), stranger: 403 },
  "equipment.list-held": { call: (c) => c.get("/api/v1/me/equipment"), stranger: 200 },
  "equipment.get": { call: (c) => c.get(`/api/v1/equipment/${newId()}`), stranger: 403 },
  "equipment.count": { call: (c) => c.get("/api/v1/equipment-counts"), stranger: 403 },
  "equipment.export": { call: (c) => c.post("/api/v1/equipment-exports", undefined), stranger: 403 },
  "equipment.import": {
    call: (c) => c.post("/api/v1/equipment-imports", { file: "", isDryRun: true }),
    stranger: 403,
  },
  "equipment.move": {
    call: (c) => c.post(`/api/v1/equipment/${newId()}/moves`, { what: "lost", note: "" }),
    stranger: 403,
  },
  "equipment.link-device": {
    call: (c) => c.put(`/api/v1/equipment/${newId()}/device`, { deviceId: null }),
    stranger: 403,
  },
  "media.list": {
    call: (c) => c.get("/api/v1/media-loans"),
    stranger: 200,
  },
  "media.get": { call: (c) => c.get(`/api/v1/media-loans/${newId()}`), stranger: 404 },
  "media.ask": { call: (c) => c.post("/api/v1/media-loans", {}), stranger: 400 },
  "media.step": {
    call: (c) => c.post(`/api/v1/media-loans/${newId()}/steps`, { what: "approved", note: "" }),
    stranger: 404,
  },
  "media.export": {
    call: (c) => c.post("/api/v1/media-loan-exports", undefined),
    stranger: 200,
  },
  "licences.get": { call: (c) => c.get("/api/v1/licences"), stranger: 403 },
  "licences.list-unused": { call: (c) => c.get("/api/v1/licences/unused"), stranger: 403 },
  "licences.list-history": { call: (c) => c.get("/api/v1/licences/history"), stranger: 403 },
  "licences.save": {
    call: (c) =>
      c.post("/api/v1/licences/changes", {
        kind: "taxes",
        value: [{ validFrom: "2026-04-01", basisPoints: 1000, source: "試験" }],
        reason: "試験",
        basedOn: null,
      }),
    stranger: 403,
  },
  "guests.list": { call: (c) => c.get("/api/v1/guests?view=all"), stranger: 403 },
  "guests.invite": {
    call: (c) =>
      c.post("/api/v1/guest-invitations", {
        name: "客 一郎",
        kana: "",
        affiliation: "㈱みずうみ",
        address: "",
        purpose: "点検",
        roomIds: [roomId],
        until: new Date(Date.now() + 86_400_000).toISOString(),
      }),
    stranger: 404,
  },
  "guests.renew-invitation": {
    call: (c) => c.post(`/api/v1/guest-invitations/${newId()}/renewal`, undefined),
    stranger: 404,
  },
  "guests.withdraw-invitation": {
    call: (c) => c.delete(`/api/v1/guest-invitations/${newId()}`),
    stranger: 404,
  },
  "guests.extend": {
    call: (c) =>
      c.put(`/api/v1/guests/${newId()}/term`, {
        until: new Date(Date.now() + 86_400_000).toISOString(),
        reason: "延長",
      }),
    stranger: 404,
  },
  "guests.end": { call: (c) => c.post(`/api/v1/guests/${newId()}/end`, { reason: "終了" }), stranger: 404 },
  "guests.take-over": {
    call: (c) => c.put(`/api/v1/guests/${newId()}/sponsor`, { reason: "引継ぎ" }),
    stranger: 404,
  },
  "guests.decide-in-review": {
    call: (c) => c.put(`/api/v1/guests/${newId()}/review`, { outcome: "ended", reason: "終了" }),
    stranger: 404,
  },
  "guests.list-reviews": { call: (c) => c.get("/api/v1/guest-reviews"), stranger: 403 },
  "guests.open-review": { call: (c) => c.post("/api/v1/guest-reviews", undefined), stranger: 403 },
  "guests.get-review": { call: (c) => c.get(`/api/v1/guest-reviews/${newId()}`), stranger: 403 },
  "guests.change-settings": {
    call: (c) =>
      c.put("/api/v1/guest-settings", {
        defaultDays: 90,
        longestDays: 366,
        invitationDays: 14,
        reviewMonths: [4, 10],
        reviewDays: 30,
      }),
    stranger: 403,
  },
  "identity.list-operators": { call: (c) => c.get("/api/v1/me/operators"), stranger: 404 },
  "identity.change-operator": {
    call: (c) => c.put("/api/v1/me/operator", { operatorId: newId() }),
    stranger: 404,
  },
  "rules.get-own": { call: (c) => c.get("/api/v1/me/rules"), stranger: 200 },
  "rules.agree": { call: (c) => c.put(`/api/v1/me/rules/${newId()}/agreement`), stranger: 404 },
  "rules.list-texts": { call: (c) => c.get("/api/v1/rule-texts"), stranger: 403 },
  "rules.save-draft": {
    call: (c) => c.put("/api/v1/rule-drafts/staff", { title: "題", body: "本文", basedOn: null }),
    stranger: 403,
  },
  "rules.publish": {
    call: (c) =>
      c.post(`/api/v1/rule-texts/${newId()}/publication`, {
        effectiveAt: null,
        graceDays: 3,
        reason: "見直し",
        basedOn: "x",
      }),
    stranger: 403,
  },
  "rules.withdraw": {
    call: (c) => c.post(`/api/v1/rule-texts/${newId()}/withdrawal`, { reason: "誤り" }),
    stranger: 403,
  },
  "rules.list-agreements": {
    call: (c) => c.get("/api/v1/rule-agreements?audience=staff"),
    stranger: 403,
  },
  "rules.remind": { call: (c) => c.post("/api/v1/rule-reminders", { audience: "staff" }), stranger: 403 },
  "identity.get-sign-in-rules": { call: (c) => c.get("/api/v1/sign-in-rules"), stranger: 403 },
  "identity.change-sign-in-rules": {
    call: (c) => c.put("/api/v1/sign-in-rules", { oneTimePasswordHours: 24, reason: "見直し" }),
    stranger: 403,
  },
  "identity.list-accounts": { call: (c) => c.get("/api/v1/accounts"), stranger: 403 },
  "identity.get-account": { call: (c) => c.get(`/api/v1/accounts/${colleague.id}`), stranger: 403 },
  "identity.reset-password": {
    call: (c) => c.post(`/api/v1/accounts/${colleague.id}/password-reset`, { reason: "忘れた" }),
    stranger: 403,
  },
  "identity.remove-authenticator": {
    call: (c) =>
      c.post(`/api/v1/accounts/${colleague.id}/authenticator-removal`, {
        reason: "紛失",
        confirmedBy: "in-person",
      }),
    stranger: 403,
  },
  "identity.set-account-validity": {
    call: (c) =>
      c.put(`/api/v1/accounts/${colleague.id}/validity`, {
        isStopped: true,
        startsAt: null,
        expiresAt: null,
        reason: "休職",
      }),
    stranger: 403,
  },
  "identity.end-sessions": {
    call: (c) => c.post(`/api/v1/accounts/${colleague.id}/end-sessions`, { reason: "紛失" }),
    stranger: 403,
  },
  "identity.end-session": {
    call: (c) =>
      c.post(`/api/v1/accounts/${colleague.id}/sessions/${ownerSessionId}/end`, { reason: "紛失" }),
    stranger: 403,
  },
  "identity.list-offices": { call: (c) => c.get("/api/v1/offices"), stranger: 403 },
  "identity.give-office": {
    call: (c) => c.post(`/api/v1/accounts/${colleague.id}/offices`, { office: "audit", reason: "分担" }),
    stranger: 403,
  },
  "identity.take-office": {
    call: (c) => c.post(`/api/v1/accounts/${colleague.id}/offices/audit/removal`, { reason: "異動" }),
    stranger: 403,
  },
  "identity.decide-office-proposal": {
    call: (c) => c.post(`/api/v1/office-proposals/${newId()}/decision`, { consents: true, reason: "確認" }),
    stranger: 403,
  },
  "identity.declare-small": {
    call: (c) => c.put("/api/v1/office-separation", { because: "職員が少ない" }),
    stranger: 403,
  },
  "identity.list-passkeys": { call: (c) => c.get("/api/v1/me/passkeys"), stranger: 200 },
  "identity.propose-passkey": {
    call: (c) => c.post("/api/v1/me/passkeys/proposal", { password: "wrong" }),
    stranger: 409,
  },
  "identity.register-passkey": {
    call: (c) => c.post("/api/v1/me/passkeys", { name: "鍵" }),
    stranger: 400,
  },
  "identity.remove-passkey": {
    call: (c) => c.post(`/api/v1/me/passkeys/${newId()}/removal`, { password: "wrong" }),
    stranger: 403,
  },
  "identity.list-own-devices": { call: (c) => c.get("/api/v1/me/devices"), stranger: 200 },
  "identity.name-own-device": {
    call: (c) => c.put(`/api/v1/me/devices/${ownerDeviceId}`, { name: "私の端末" }),
    stranger: 404,
  },
  "identity.cut-off-own-device": {
    call: (c) => c.post(`/api/v1/me/devices/${ownerDeviceId}/cut-off`, { because: "lost" }),
    stranger: 404,
  },
  "identity.list-devices": { call: (c) => c.get("/api/v1/devices"), stranger: 403 },
  "identity.decide-device": {
    call: (c) => c.post(`/api/v1/devices/${ownerDeviceId}/decision`, { isApproved: true, owned: "issued" }),
    stranger: 403,
  },
  "identity.cut-off-device": {
    call: (c) => c.post(`/api/v1/devices/${ownerDeviceId}/cut-off`, { because: "lost" }),
    stranger: 403,
  },
  "identity.restore-device": {
    call: (c) => c.post(`/api/v1/devices/${ownerDeviceId}/restore`, { reason: "見つかった" }),
    stranger: 403,
  },
  "identity.list-identity-providers": { call: (c) => c.get("/api/v1/identity-providers"), stranger: 403 },
  "identity.add-identity-provider": {
    call: (c) => c.post("/api/v1/identity-providers", identityProvider),
    stranger: 403,
  },
  "identity.change-identity-provider": {
    call: (c) => c.put(`/api/v1/identity-providers/${newId()}`, identityProvider),
    stranger: 403,
  },
  "identity.remove-identity-provider": {
    call: (c) => c.post(`/api/v1/identity-providers/${newId()}/removal`, { reason: "試験" }),
    stranger: 403,
  },
  "identity.read-provider-metadata": {
    call: (c) => c.post("/api/v1/identity-provider-metadata", { metadata: "<x/>" }),
    stranger: 403,
  },
  "identity.get-own-metadata": {
    call: (c) => c.get(`/api/v1/identity-providers/${newId()}/metadata`),
    stranger: 403,
  },
  "identity.try-identity-provider": {
    call: (c) => c.post(`/api/v1/identity-providers/${newId()}/trial`, undefined),
    stranger: 403,
  },
  "identity.list-ldap-sources": { call: (c) => c.get("/api/v1/ldap-sources"), stranger: 403 },
  "identity.add-ldap-source": { call: (c) => c.post("/api/v1/ldap-sources", ldapSource), stranger: 403 },
  "identity.change-ldap-source": {
    call: (c) => c.put(`/api/v1/ldap-sources/${newId()}`, ldapSource),
    stranger: 403,
  },
  "identity.remove-ldap-source": {
    call: (c) => c.post(`/api/v1/ldap-sources/${newId()}/removal`, { reason: "試験" }),
    stranger: 403,
  },
  "identity.read-ldap-source": {
    call: (c) => c.post(`/api/v1/ldap-sources/${newId()}/reading`, { endMissing: false }),
    stranger: 403,
  },
  "identity.list-scim-clients": { call: (c) => c.get("/api/v1/scim-clients"), stranger: 403 },
  "identity.add-scim-client": {
    call: (c) =>
      c.post("/api/v1/scim-clients", {
        name: "よその名簿",
        zone: "lgwan",
        accountClass: "telework",
        days: 1,
        reason: "試験",
      }),
    stranger: 403,
  },
  "identity.revoke-scim-client": {
    call: (c) => c.post(`/api/v1/scim-clients/${newId()}/revocation`, { reason: "試験" }),
    stranger: 403,
  },
  "identity.list-provider-links": {
    call: (c) => c.get(`/api/v1/identity-providers/${newId()}/links`),
    stranger: 403,
  },
  "identity.link-person": {
    call: (c) =>
      c.post(`/api/v1/identity-providers/${newId()}/links`, {
        accountId: colleague.id,
        subject: "s",
        reason: "試験",
      }),
    stranger: 403,
  },
  "identity.unlink-person": {
    call: (c) =>
      c.post(`/api/v1/identity-providers/${newId()}/links/removal`, {
        accountId: colleague.id,
        reason: "試験",
      }),
    stranger: 403,
  },
  "identity.get-device-rule": { call: (c) => c.get("/api/v1/device-rule"), stranger: 403 },
  "identity.change-device-rule": {
    call: (c) =>
      c.put("/api/v1/device-rule", {
        isApprovalNeeded: false,
        graceDays: 0,
        allowsPersonal: true,
        boundClasses: [],
        consentText: null,
        idleMinutes: { lgwan: null, internet: null },
        reason: "なし",
      }),
    stranger: 403,
  },
  "governance.list-use-reviews": { call: (c) => c.get("/api/v1/use-reviews"), stranger: 403 },
  "governance.get-use-review": { call: (c) => c.get(`/api/v1/use-reviews/${newId()}`), stranger: 403 },
  "governance.open-use": {
    call: (c) => c.post(`/api/v1/use-reviews/${newId()}/entries/${newId()}/looks`, undefined),
    stranger: 403,
  },
  "governance.judge-use": {
    call: (c) =>
      c.put(`/api/v1/use-reviews/${newId()}/entries/${newId()}/judgement`, {
        judgement: "expected",
        note: "試験",
      }),
    stranger: 403,
  },
  "governance.export-use-review": {
    call: (c) => c.post(`/api/v1/use-reviews/${newId()}/exports`, { reason: "試験" }),
    stranger: 403,
  },
  "governance.change-use-review-rules": {
    call: (c) =>
      c.post("/api/v1/use-review-settings", {
        validFrom: "2999-01",
        rules: defaultUseReviewRules,
        source: "試験",
        reason: "試験",
        basedOn: null,
      }),
    stranger: 403,
  },
  "governance.get-room-retention": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/retention`),
    stranger: 404,
  },
  "governance.list-retention": { call: (c) => c.get("/api/v1/retention"), stranger: 403 },
  "governance.propose-retention": {
    call: (c) =>
      c.post("/api/v1/retention", { validFrom: "2999-04-01", rules: [], source: "試験", reason: "試験" }),
    stranger: 403,
  },
  "governance.decide-retention": {
    call: (c) => c.post(`/api/v1/retention/${newId()}/decision`, consenting),
    stranger: 403,
  },
  "governance.list-legal-holds": { call: (c) => c.get("/api/v1/legal-holds"), stranger: 403 },
  "governance.place-legal-hold": {
    call: (c) => c.post("/api/v1/legal-holds", { kind: "room", subjectId: roomId, reason: "試験" }),
    stranger: 403,
  },
  "governance.decide-legal-hold": {
    call: (c) => c.post(`/api/v1/legal-holds/${newId()}/decision`, consenting),
    stranger: 403,
  },
  "governance.release-legal-hold": {
    call: (c) => c.post(`/api/v1/legal-holds/${newId()}/release`, { reason: "試験" }),
    stranger: 403,
  },
  "governance.list-disposals": { call: (c) => c.get("/api/v1/disposals"), stranger: 403 },
  "governance.list-due": { call: (c) => c.post("/api/v1/disposals", undefined), stranger: 403 },
  "governance.get-disposal": { call: (c) => c.get(`/api/v1/disposals/${newId()}`), stranger: 403 },
  "governance.exclude-room": {
    call: (c) => c.post(`/api/v1/disposals/${newId()}/exclusions`, { roomId, reason: "試験" }),
    stranger: 403,
  },
  "governance.decide-disposal": {
    call: (c) => c.post(`/api/v1/disposals/${newId()}/decision`, consenting),
    stranger: 403,
  },
  "governance.list-record-exports": { call: (c) => c.get("/api/v1/record-exports"), stranger: 403 },
  "governance.ask-record-export": {
    call: (c) => c.post("/api/v1/record-exports", { roomId, reason: "試験" }),
    stranger: 403,
  },
  "governance.decide-record-export": {
    call: (c) => c.post(`/api/v1/record-exports/${newId()}/decision`, consenting),
    stranger: 403,
  },
  "governance.fetch-record": {
    call: (c) => c.get(`/api/v1/record-exports/${newId()}/archive`),
    stranger: 403,
  },
  "governance.list-inspections": { call: (c) => c.get("/api/v1/inspections"), stranger: 403 },
  "governance.find-rooms-to-inspect": {
    call: (c) => c.get(`/api/v1/inspection-rooms?person=${colleague.id}`),
    stranger: 403,
  },
  "governance.request-inspection": {
    call: (c) =>
      c.post("/api/v1/inspections", { roomIds: [roomId], reason: "調査", days: 3, laterBecause: null }),
    stranger: 403,
  },
  "governance.decide-inspection": {
    call: (c) => c.post(`/api/v1/inspections/${newId()}/decision`, { consents: true, reason: "確認" }),
    stranger: 403,
  },
  "governance.read-inspected-room": {
    call: (c) => c.get(`/api/v1/inspections/${newId()}/rooms/${roomId}/messages`),
    stranger: 403,
  },
  "governance.search-audit": { call: (c) => c.get("/api/v1/audit/entries"), stranger: 403 },
  "governance.get-audit-status": { call: (c) => c.get("/api/v1/audit/status"), stranger: 403 },
  "governance.take-anchor": { call: (c) => c.post("/api/v1/audit/anchors", undefined), stranger: 403 },
  "governance.start-audit-export": {
    call: (c) => c.post("/api/v1/audit/exports", { filter: {}, format: "csv", reason: "点検" }),
    stranger: 403,
  },
  "governance.read-audit-export": { call: (c) => c.get(`/api/v1/audit/exports/${newId()}`), stranger: 403 },
  "reach.get-notification-settings": { call: (c) => c.get("/api/v1/notification-settings"), stranger: 200 },
  "reach.change-notification-settings": {
    call: (c) => c.put("/api/v1/notification-settings", {}),
    stranger: 400,
  },
  "reach.subscribe-push": {
    call: (c) => c.put("/api/v1/push-subscription", { endpoint: "https://inside.example/push" }),
    stranger: 409,
  },
  "reach.unsubscribe-push": { call: (c) => c.delete("/api/v1/push-subscription"), stranger: 204 },
  "reach.test-push": { call: (c) => c.post("/api/v1/push-subscription/test", undefined), stranger: 409 },
  "reach.list-news": { call: (c) => c.get("/api/v1/notifications"), stranger: 200 },
  "reach.get-own-status": { call: (c) => c.get("/api/v1/me/status"), stranger: 200 },
  "reach.change-status": { call: (c) => c.put("/api/v1/me/status", {}), stranger: 400 },
  "reach.list-statuses": {
    call: (c) => c.get(`/api/v1/people/statuses?ids=${colleague.id}`),
    stranger: 200,
  },
  "identity.change-person": { call: (c) => c.put(`/api/v1/people/${colleague.id}`, {}), stranger: 403 },
  "identity.assign-post": {
    call: (c) =>
      c.post(`/api/v1/people/${colleague.id}/posts`, {
        sectionId: colleague.id,
        postName: null,
        isMain: true,
        from: "2026-04-01",
      }),
    stranger: 403,
  },
  "identity.end-post": {
    call: (c) => c.delete(`/api/v1/people/${colleague.id}/posts/${newId()}`),
    stranger: 403,
  },
  "identity.give-role": {
    call: (c) =>
      c.put(`/api/v1/sections/${newId()}/roles`, { role: "information-head", personId: colleague.id }),
    stranger: 403,
  },
  "identity.check-import": { call: (c) => c.post("/api/v1/directory-imports", {}), stranger: 403 },
  "identity.list-imports": { call: (c) => c.get("/api/v1/directory-imports"), stranger: 403 },
  "identity.get-import": { call: (c) => c.get(`/api/v1/directory-imports/${newId()}`), stranger: 403 },
  "identity.run-import": {
    call: (c) => c.post(`/api/v1/directory-imports/${newId()}/run`, {}),
    stranger: 403,
  },
  "identity.cancel-import": {
    call: (c) => c.post(`/api/v1/directory-imports/${newId()}/cancel`, {}),
    stranger: 403,
  },
  "identity.take-first-passwords": {
    call: (c) => c.post(`/api/v1/directory-imports/${newId()}/first-passwords`, {}),
    stranger: 403,
  },
  "identity.plan-undo": { call: (c) => c.get(`/api/v1/directory-imports/${newId()}/undo`), stranger: 403 },
  "identity.undo-import": {
    call: (c) => c.post(`/api/v1/directory-imports/${newId()}/undo`, {}),
    stranger: 403,
  },
  "chat.list-rooms": { call: (c) => c.get("/api/v1/rooms"), stranger: 200 },
  "chat.create-room": {
    call: (c) => c.post("/api/v1/rooms", { kind: "group", name: "部屋", memberIds: [colleague.id] }, key()),
    stranger: 400,
  },
  "chat.list-members": { call: (c) => c.get(`/api/v1/rooms/${roomId}/members`), stranger: 404 },
  "chat.add-member": { call: (c) => c.put(`/api/v1/rooms/${roomId}/members/${colleague.id}`), stranger: 404 },
  "chat.remove-member": {
    call: (c) => c.delete(`/api/v1/rooms/${roomId}/members/${colleague.id}`),
    stranger: 404,
  },
  "chat.add-members": {
    call: (c) => c.post(`/api/v1/rooms/${roomId}/members`, { personIds: [colleague.id] }),
    stranger: 404,
  },
  "chat.change-role": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/members/${colleague.id}/role`, { role: "owner" }),
    stranger: 404,
  },
  "chat.find-rooms": { call: (c) => c.get("/api/v1/public-rooms"), stranger: 200 },
  "chat.change-room": {
    call: (c) =>
      c.put(`/api/v1/rooms/${roomId}/settings`, {
        version: 1,
        name: "名前",
        visibility: "closed",
        posting: "everybody",
      }),
    stranger: 404,
  },
  "chat.archive-room": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/archive`, { isArchived: true }),
    stranger: 404,
  },
  "chat.list-room-changes": { call: (c) => c.get(`/api/v1/rooms/${roomId}/changes`), stranger: 404 },
  "chat.change-preference": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/preference`, { notify: "none" }),
    stranger: 404,
  },
  "chat.arrange-rooms": {
    call: (c) => c.put("/api/v1/room-list", { version: 0, favourites: [roomId], sections: [], folded: [] }),
    stranger: 200,
  },
  "chat.get-section-rooms": { call: (c) => c.get("/api/v1/section-rooms"), stranger: 403 },
  "chat.switch-section-rooms": {
    call: (c) => c.put("/api/v1/section-rooms", { isOn: false }),
    stranger: 403,
  },
  "chat.move-read-positions": {
    call: (c) => c.put("/api/v1/read-positions", { positions: [{ roomId, seq: 1 }] }),
    stranger: 204,
  },
  "chat.list-messages": { call: (c) => c.get(`/api/v1/rooms/${roomId}/messages`), stranger: 404 },
  "chat.send-message": { call: (c) => c.send(roomId, "入れてください"), stranger: 404 },
  "chat.move-read-position": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 1 }),
    stranger: 404,
  },
  "chat.edit-message": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/messages/${messageId}`, { body: "直しました", version: 1 }),
    stranger: 404,
  },
  "chat.delete-message": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/messages/${messageId}/deletion`, { reason: "不要" }),
    stranger: 404,
  },
  "chat.list-versions": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/messages/${messageId}/versions`),
    stranger: 404,
  },
  "chat.get-my-confirmations": { call: (c) => c.get("/api/v1/me/confirmations"), stranger: 200 },
  "chat.confirm-message": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/messages/${messageId}/confirmation`),
    stranger: 404,
  },
  "chat.list-confirmations": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/messages/${messageId}/confirmations`),
    stranger: 404,
  },
  "chat.remind-of-confirmation": {
    call: (c) => c.post(`/api/v1/rooms/${roomId}/messages/${messageId}/confirmation/reminders`, {}),
    stranger: 404,
  },
  "chat.list-threads": { call: (c) => c.get(`/api/v1/rooms/${roomId}/threads`), stranger: 404 },
  "chat.title-thread": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/threads/1`, { title: "話題" }),
    stranger: 404,
  },
  "chat.list-reactions": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/messages/${messageId}/reactions`),
    stranger: 404,
  },
  "chat.add-reaction": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/messages/${messageId}/reactions/done`),
    stranger: 404,
  },
  "chat.remove-reaction": {
    call: (c) => c.delete(`/api/v1/rooms/${roomId}/messages/${messageId}/reactions/done`),
    stranger: 404,
  },
  "files.upload-file": { call: (c) => c.upload(roomId, "入れて.txt", "?"), stranger: 404 },
  "files.create-upload": { call: beginUpload, stranger: 404 },
  "files.get-upload": { call: (c) => c.get(`/api/v1/uploads/${uploadId}`), stranger: 404 },
  "files.append-upload": {
    call: (c) =>
      c.call("PATCH", `/api/v1/uploads/${uploadId}`, "12345", {
        "content-type": "application/offset+octet-stream",
        "upload-offset": "0",
      }),
    stranger: 404,
  },
  "files.end-upload": { call: (c) => c.delete(`/api/v1/uploads/${uploadId}`), stranger: 404 },
  "files.list-files": { call: (c) => c.get(`/api/v1/files?ids=${fileId}`), stranger: 200 },
  "files.get-file": { call: (c) => c.get(`/api/v1/files/${fileId}`), stranger: 404 },
  "files.change-file": { call: (c) => c.put(`/api/v1/files/${fileId}`, { name: "別の名" }), stranger: 404 },
  "files.list-versions": { call: (c) => c.get(`/api/v1/files/${fileId}/versions`), stranger: 404 },
  "files.download-file": { call: (c) => c.get(`/api/v1/files/${fileId}/content`), stranger: 404 },
  "files.get-page": { call: (c) => c.get(`/api/v1/files/${fileId}/pages/1`), stranger: 404 },
  "files.get-thumbnail": { call: (c) => c.get(`/api/v1/files/${fileId}/thumbnail`), stranger: 404 },
  "files.find-places": { call: (c) => c.get(`/api/v1/files/${fileId}/places?q=金額`), stranger: 404 },
  "files.read-text": { call: (c) => c.get(`/api/v1/files/${fileId}/text`), stranger: 404 },
  "files.list-text-readers": { call: (c) => c.get("/api/v1/text-readers"), stranger: 403 },
  "files.change-text-reader": {
    call: (c) => c.put(`/api/v1/text-readers/${colleague.id}`, { isGiven: true, reason: "読みたい" }),
    stranger: 403,
  },
  "files.list-library": { call: (c) => c.get(`/api/v1/rooms/${roomId}/files`), stranger: 404 },
  "files.list-folders": { call: (c) => c.get(`/api/v1/rooms/${roomId}/folders`), stranger: 404 },
  "files.list-class-effects": {
    call: (c) => c.get(`/api/v1/files/${fileId}/class-effects`),
    stranger: 404,
  },
  "files.create-folder": {
    call: (c) => c.post(`/api/v1/rooms/${roomId}/folders`, { name: "資料", parentId: null }, key()),
    stranger: 404,
  },
  "files.change-folder": {
    call: (c) => c.put(`/api/v1/rooms/${roomId}/folders/${newId()}`, { isDeleted: true }),
    stranger: 404,
  },
  "files.request-carry-out": {
    call: (c) =>
      c.post(
        `/api/v1/files/${fileId}/carry-outs`,
        { version: 1, reason: "見たい", hours: 1, downloads: 1 },
        key(),
      ),
    stranger: 404,
  },
  "files.list-carry-outs": { call: (c) => c.get("/api/v1/carry-outs?side=deciding"), stranger: 200 },
  "files.count-carry-outs": { call: (c) => c.get("/api/v1/carry-outs/count"), stranger: 200 },
  "files.decide-carry-out": {
    call: (c) => c.post(`/api/v1/carry-outs/${carryOutId}/decision`, { approves: true, reason: "良い" }),
    stranger: 404,
  },
  "files.withdraw-carry-out": {
    call: (c) => c.post(`/api/v1/carry-outs/${carryOutId}/withdrawal`, { reason: "やめ" }),
    stranger: 404,
  },
  "files.see-carry-out": {
    call: (c) => c.post(`/api/v1/carry-outs/${carryOutId}/seen`, undefined),
    stranger: 404,
  },
  "chat.list-drafts": { call: (c) => c.get("/api/v1/drafts"), stranger: 200 },
  "chat.save-draft": {
    call: (c) =>
      c.put(`/api/v1/drafts/${roomId}`, { body: "下書き", mentioned: [], replyTo: null, basedOn: 0 }),
    stranger: 404,
  },
  "chat.delete-draft": { call: (c) => c.delete(`/api/v1/drafts/${roomId}?version=1`), stranger: 404 },
  "chat.list-mention-targets": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/mention-targets`),
    stranger: 404,
  },
  "chat.get-settings": { call: (c) => c.get("/api/v1/chat-settings"), stranger: 200 },
  "chat.change-settings": {
    call: (c) => c.put("/api/v1/chat-settings", defaultChatSettings),
    stranger: 403,
  },
  "chat.get-classified-room": {
    call: (c) => c.get(`/api/v1/classified-rooms/${roomId}`),
    stranger: 403,
  },
  "chat.lower-class": {
    call: (c) => c.put(`/api/v1/classified-rooms/${roomId}`, { classification: "1", reason: "公表するため" }),
    stranger: 403,
  },
  "crossing.list-zones": { call: (c) => c.get("/api/v1/zones"), stranger: 403 },
  "crossing.find-rooms": { call: (c) => c.get("/api/v1/crossing/rooms?q=a"), stranger: 403 },
  "crossing.get": { call: (c) => c.get("/api/v1/crossing"), stranger: 403 },
  "crossing.ask": {
    call: (c) =>
      c.post("/api/v1/crossing/questions", {
        table: null,
        question: {
          deed: "read",
          zone: "lgwan",
          kind: "staff",
          offices: [],
          classification: "2",
          origin: null,
        },
      }),
    stranger: 403,
  },
  "crossing.effect": {
    call: (c) => c.post("/api/v1/crossing/effect", { table: defaultTable }),
    stranger: 403,
  },
  "crossing.save": {
    call: (c) =>
      c.post("/api/v1/crossing/versions", {
        table: defaultTable,
        reason: "入れてください",
        takesEffectAt: null,
        basedOn: 0,
      }),
    stranger: 403,
  },
  "crossing.withdraw": {
    call: (c) => c.put("/api/v1/crossing/versions/1/withdrawal", { reason: "入れてください" }),
    stranger: 403,
  },
  "chat.list-readers": {
    call: (c) => c.get(`/api/v1/rooms/${roomId}/messages/${messageId}/readers`),
    stranger: 404,
  },
};

describe("without a session", () => {
  for (const [name, { call }] of Object.entries(calls))
    test(`${name} is refused`, async () => {
      const answer = await call(server.anonymous());
      expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    });
});

describe("with somebody else's session", () => {
  for (const [name, { call, stranger }] of Object.entries(calls).filter(
    ([, { stranger }]) => stranger === 404,
  ))
    test(`${name} does not tell that the room exists`, async () => {
      for (const { who, client } of strangers) {
        const answer = await call(client);
        expect([who, answer.status, answer.body.code]).toEqual([who, stranger, "not-found"]);
        expect(JSON.stringify(answer.body)).not.toContain("関係者");
      }
    });

  test("lists hold nothing of the room and nobody of another municipality", async () => {
    for (const { client } of strangers) {
      const rooms = await client.get("/api/v1/rooms");
      expect(rooms.body.items).toEqual([]);
    }
    const [, guest, outsider] = strangers;
    const seenByGuest = await guest!.client.get("/api/v1/people?limit=200");
    expect(seenByGuest.body.items).toHaveLength(1);
    const seenOutside = await outsider!.client.get("/api/v1/people?limit=200");
    expect(seenOutside.body.items).toHaveLength(1);
  });

  test("a room of which one is no member cannot be arranged, read up to, or found while it is closed", async () => {
    for (const { who, client } of strangers) {
      const version = (await client.get("/api/v1/rooms")).body.list.version;
      const arranged = await client.put("/api/v1/room-list", {
        version,
        favourites: [roomId],
        sections: [],
        folded: [],
      });
      expect([who, arranged.body.favourites]).toEqual([who, []]);
      await calls["chat.move-read-positions"]!.call(client);
      const found = await client.get("/api/v1/public-rooms");
      expect([who, found.status]).toEqual([who, who.startsWith("a guest") ? 404 : 200]);
      expect(JSON.stringify(found.body)).not.toContain(roomId);
    }
    const readers = await owner.get(`/api/v1/rooms/${roomId}/messages/${messageId}/readers`);
    expect(readers.body.readCount).toBe(0);
  });

  test("only administrators say whether sections have rooms", async () => {
    for (const { who, client } of strangers) {
      const refused = await calls["chat.switch-section-rooms"]!.call(client);
      expect([who, refused.status, refused.body.facts.ruleId]).toEqual([
        who,
        403,
        "room.only-administrators",
      ]);
    }
  });

  test("not even an administrator decides about everybody's chat from the Internet side", async () => {
    const administrator = await buildPerson(server.database, tenantId, { isAdministrator: true });
    const outside = await server.as(administrator, "internet");
    const everybody = { kind: "municipality", name: "全庁連絡" };
    const calls: Promise<Answer<any>>[] = [
      outside.put("/api/v1/chat-settings", defaultChatSettings),
      outside.put("/api/v1/section-rooms", { isOn: false }),
      outside.get("/api/v1/section-rooms"),
      outside.post("/api/v1/rooms", everybody, key()),
    ];
    for (const refused of await Promise.all(calls))
      expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "chat.administered-on-lgwan"]);
    const inside = await server.as(administrator);
    const made = await inside.post("/api/v1/rooms", everybody, key());
    expect(made.status).toBe(201);
    // Whoever owns such a room writes and changes it from home; that is an owner's right, not an office.
    const renamed = await outside.put(`/api/v1/rooms/${made.body.id}/settings`, {
      version: 1,
      name: "全庁のお知らせ",
      visibility: "closed",
      posting: "owners",
    });
    expect(renamed.status).toBe(200);
  });

  test("a room cannot be made with people of another municipality, and not by a guest", async () => {
    const [, guest, outsider] = strangers;
    expect((await calls["chat.create-room"]!.call(outsider!.client)).status).toBe(400);
    const refused = await calls["chat.create-room"]!.call(guest!.client);
    expect([refused.status, refused.body.code, refused.body.facts.ruleId]).toEqual([
      403,
      "forbidden",
      "room.guests-do-not-create",
    ]);
  });
});

test("requests to carry something out are told to nobody whom they do not concern", async () => {
  for (const { who, client } of strangers) {
    for (const side of ["mine", "deciding"])
      expect([who, (await client.get(`/api/v1/carry-outs?side=${side}`)).body.items]).toEqual([who, []]);
    const counts = await client.get("/api/v1/carry-outs/count");
    expect([who, counts.body]).toEqual([who, { toDecide: 0, news: 0 }]);
  }
  expect((await owner.get("/api/v1/carry-outs/count")).body.toDecide).toBe(1);
});

test("files that a stranger asks for by id are left out of the answer", async () => {
  for (const { who, client } of strangers) {
    const answer = await calls["files.list-files"]!.call(client);
    expect([who, answer.body.items]).toEqual([who, []]);
  }
});

test("a token of one zone is refused in the other", async () => {
  const tenantId = await buildMunicipality(server.database);
  const person = await buildPerson(server.database, tenantId);
  const inside = await server.as(person, "lgwan");
  const outside = server.anonymous("internet");
  const answer = await outside.call("GET", "/api/v1/me", undefined, {
    authorization: `Bearer ${inside.token}`,
  });
  expect(answer.status).toBe(401);
});
