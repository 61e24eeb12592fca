import { build, type Database, scopeOf } from "#core/db/index.ts";
import { createMunicipality, hashPassword, hashToken, loginKey, newToken } from "#core/identity/index.ts";
import { type Keyring, systemClock } from "#core/kernel/index.ts";
import { type AccountClass, type Office, offices, type PersonKind, type Zone } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";

let number = 0;
const next = () => String(++number).padStart(4, "0");

/** The password of every account that a test makes, and one hash for all of them. */
export const testPassword = "correct horse battery staple";
let passwordHash: Promise<string> | undefined;

/** A municipality with nothing in it. */
export async function buildMunicipality(
  database: Database,
  given: { slug?: string; name?: string; operatorRequired?: boolean } = {},
): Promise<string> {
  const { tenantId } = await createMunicipality(database, systemClock, {
    slug: given.slug ?? `city-${next()}`,
    name: given.name ?? "試験市",
    isDemo: false,
    operatorRequired: given.operatorRequired ?? true,
  });
  return tenantId;
}

/** A section. */
export async function buildSection(
  database: Database,
  tenantId: string,
  given: { name?: string; kana?: string; parentId?: string; validFrom?: string } = {},
) {
  const id = newId();
  const name = given.name ?? `第${next()}課`;
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(
      build.insertInto("section").values({
        tenant_id: tenantId,
        id,
        code: next(),
        name,
        kana: given.kana ?? "",
        search_key: searchKey(name + (given.kana ?? "")),
        parent_id: given.parentId ?? null,
        valid_from: given.validFrom ?? "2020-04-01",
      }),
    ),
  );
  return { id, name };
}

export type BuiltPerson = { id: string; tenantId: string; loginId: string; name: string };

/** A person with an account: on the staff and in both zones unless the test says otherwise. */
export async function buildPerson(
  database: Database,
  tenantId: string,
  given: {
    kind?: PersonKind;
    name?: string;
    kana?: string;
    sectionId?: string;
    zones?: readonly Zone[];
    class?: AccountClass;
    totp?: { keyring: Keyring; secret: string };
    expiresAt?: Date;
    mustChangePassword?: boolean;
    /** Every office; `offices` says which. */
    isAdministrator?: boolean;
    offices?: readonly Office[];
  } = {},
): Promise<BuiltPerson> {
  const id = newId();
  const order = next();
  const kind = given.kind ?? "staff";
  const name = given.name ?? `試験 ${order}太郎`;
  const kana = given.kana ?? `しけん ${order}たろう`;
  const loginId = `user${order}`;
  passwordHash ??= hashPassword(testPassword);
  const hash = await passwordHash;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(
      build.insertInto("person").values({
        tenant_id: tenantId,
        id,
        kind,
        number: `n${order}`,
        name,
        kana,
        search_key: searchKey(name + kana),
        section_id: given.sectionId ?? null,
        created_at: new Date(),
      }),
    );
    await tx.run(
      build.insertInto("account").values({
        tenant_id: tenantId,
        id,
        login_id: loginId,
        login_key: loginKey(loginId),
        class:
          given.class ?? (kind === "section" ? "section" : kind === "guest" ? "guest-other" : "telework"),
        zones: [...(given.zones ?? (kind === "guest" ? ["internet"] : ["lgwan", "internet"]))],
        password_hash: hash,
        must_change_password: given.mustChangePassword ?? false,
        offices: [...(given.offices ?? (given.isAdministrator ? offices : []))],
        totp_secret: given.totp
          ? given.totp.keyring.seal("totp", `${tenantId} ${id}`, Buffer.from(given.totp.secret))
          : null,
        expires_at: given.expiresAt ?? null,
        created_at: new Date(),
      }),
    );
  });
  return { id, tenantId, loginId, name };
}

/** A live session without the cost of a password: what `POST /sessions` would have left behind. */
export async function buildSession(
  database: Database,
  person: { id: string; tenantId: string },
  given: { zone?: Zone; expiresAt?: Date; operatorId?: string } = {},
): Promise<{ token: string; sessionId: string; deviceId: string }> {
  const token = newToken(person.tenantId);
  const deviceId = newId();
  const sessionId = newId();
  const zone = given.zone ?? "lgwan";
  await database.transaction(scopeOf(person.tenantId), async (tx) => {
    await tx.run(
      build.insertInto("device").values({
        tenant_id: person.tenantId,
        id: deviceId,
        account_id: person.id,
        zone,
        created_at: new Date(),
      }),
    );
    await tx.run(
      build.insertInto("session").values({
        tenant_id: person.tenantId,
        token_hash: hashToken(token),
        id: sessionId,
        account_id: person.id,
        device_id: deviceId,
        zone,
        operator_id: given.operatorId ?? null,
        created_at: new Date(),
        expires_at: given.expiresAt ?? new Date(Date.now() + 3_600_000),
      }),
    );
  });
  return { token, sessionId, deviceId };
}
