import { build, scopeOf } from "#core/db/index.ts";
import { hashPassword, type ImportReport, importPeople, type MakeCredentials } from "#core/identity/index.ts";
import { type Clock, systemClock } from "#core/kernel/index.ts";
import { offices } from "#core/policy/index.ts";
import { organisationListeners } from "#server/index.ts";
import { buildMunicipality, testPassword } from "./factories.ts";
import type { TestServer } from "./server.ts";

/** A person of the office's list; `section` is a code. */
export type OfficeLine = {
  number: string;
  name?: string;
  section?: string;
  /** 兼務: codes of further sections. */
  concurrent?: readonly string[];
  kind?: "職員" | "所属" | "ゲスト";
  isAdministrator?: boolean;
};
export type OfficeSection = { code: string; name: string; from?: string; until?: string };

const csv = (lines: readonly string[]) => Buffer.from(`${lines.join("\r\n")}\r\n`);

/** A municipality whose people and sections come by the office's lists, as they do in a real one. */
export async function buildOffice(server: TestServer, clock: Clock = systemClock) {
  const tenantId = await buildMunicipality(server.database);
  const run = async (
    sections: readonly OfficeSection[],
    people: readonly OfficeLine[],
    given: { clock?: Clock } = {},
  ): Promise<ImportReport> => {
    const report = await importPeople(
      server.database,
      server.keyring,
      given.clock ?? clock,
      tenantId,
      {
        sections: csv([
          "組織コード,名称,カナ,適用開始日,適用終了日",
          ...sections.map(
            ({ code, name, from, until }) => `${code},${name},,${from ?? "2020-04-01"},${until ?? ""}`,
          ),
        ]),
        people: csv([
          "職員番号,氏名,カナ,区分,所属コード,兼務,ログインID,アカウント区分,管理者,有効期限,会社名・団体名,担当職員番号",
          ...people.map((line) => lineOf(line, clock.now())),
        ]),
      },
      { endMissing: true, officesOfNew: offices, organisationListeners, makeCredentials: samePasswordForAll },
    );
    if (report.outcome === "refused") throw new Error(JSON.stringify(report.issues.slice(0, 3)));
    return report;
  };
  /** Somebody of the list by number, ready for `server.as`. */
  const person = async (number: string) => {
    const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.first(
        build
          .selectFrom("person")
          .select("id")
          .where("tenant_id", "=", tenantId)
          .where("number", "=", number),
      ),
    );
    if (!row) throw new Error(`nobody has the number ${number}`);
    return { id: row.id, tenantId };
  };
  return { tenantId, run, person };
}

/** One hash for all: what a password costs is not what these tests are about. */
let passwordHash: Promise<string> | undefined;
const samePasswordForAll: MakeCredentials = async (accounts) => {
  passwordHash ??= hashPassword(testPassword);
  const hash = await passwordHash;
  return new Map(
    accounts.map(({ personId }) => [
      personId,
      { passwordHash: hash, totpSecret: null, mustChangePassword: false },
    ]),
  );
};

function lineOf(line: OfficeLine, now: Date): string {
  const { number, name, section, concurrent, kind = "職員", isAdministrator } = line;
  const isGuest = kind === "ゲスト";
  const accountClass = isGuest ? "ゲスト" : kind === "所属" ? "所属" : "在宅勤務職員";
  return [
    number,
    name ?? `職員 ${number}`,
    "ショクイン",
    kind,
    section ?? "",
    (concurrent ?? []).map((code) => `${code}:主査`).join(";"),
    `login-${number}`,
    accountClass,
    isAdministrator ? "はい" : "",
    isGuest ? `${now.getUTCFullYear() + 1}-03-31` : "",
    isGuest ? "㈱みずうみ" : "",
    isGuest ? "1" : "",
  ].join(",");
}
