import { CrossingTables } from "#core/crossing/index.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import { askForMedium, importEquipment, stepMediaLoan } from "#core/equipment/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { csvOf } from "#shared/csv.ts";
import { addDays } from "#shared/time.ts";
import type { DemoPerson } from "./people.ts";

const day = 86_400_000;
const headings = ["備品番号", "種類", "機種名", "電話番号", "網", "職員番号", "所属コード", "返却予定日"];
/** Whose section borrows media, and where some lie. */
const borrowing = "市民課";

/**
 * The register of equipment and the log of removable media: terminals, tablets and SIM dongles with their holders, USB memories,
 * and four requests: one returned, one overdue, one lent, one that waits. By the very doors that a real city uses.
 */
export async function makeDemoEquipment(
  { database, clock }: { database: Database; clock: Clock },
  keeper: Actor,
  people: readonly DemoPerson[],
  idOf: (person: DemoPerson) => string,
): Promise<void> {
  const { tenantId } = keeper;
  const anyLoan = build.selectFrom("media_loan").select("id").where("tenant_id", "=", tenantId).limit(1);
  if (await database.transaction(scopeOf(tenantId), (tx) => tx.first(anyLoan))) return;
  const staff = people.filter(({ kind, loginId }) => kind === "職員" && loginId !== "");
  const borrowers = staff.filter(({ sectionName }) => sectionName === borrowing);
  const today = todayInJapan(clock);
  const file = Buffer.from(csvOf([headings, ...listOf(staff, borrowers, today)])).toString("base64");
  const { report } = await importEquipment({ database, clock }, keeper, { file, isDryRun: false }, today);
  if (report.issueCount > 0)
    throw new Error(`the demo's equipment was not imported: ${JSON.stringify(report.issues[0])}`);
  const media = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("equipment")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("kind", "=", "usb-memory")
        .orderBy("number"),
    ),
  );

  const lend = async (
    daysAgo: number,
    term: number,
    borrower: DemoPerson,
    purpose: string,
    medium?: string,
  ) => {
    const begun = new Date(clock.now().getTime() - daysAgo * day);
    const services = { database, clock: { now: () => begun }, crossing: new CrossingTables(database, clock) };
    const fromOn = todayInJapan(services.clock);
    const asker = { ...keeper, personId: idOf(borrower), offices: [] };
    const id = await askForMedium(services, asker, {
      ...{ purpose, classification: "3B", zone: "lgwan", system: "住民記録システム" },
      ...{ fromOn, dueOn: addDays(fromOn, term) },
    });
    if (!medium) return id;
    const checked = { isScanned: true, isEmptied: true } as const;
    await stepMediaLoan(services, keeper, id, { what: "approved", note: "" });
    const lent = { what: "lent", equipmentId: medium, isEncrypted: true, ...checked, note: "" } as const;
    await stepMediaLoan(services, keeper, id, lent);
    return id;
  };
  // The head and the two officers do not ask themselves.
  const [first, second, third, fourth] = borrowers.slice(3) as [
    DemoPerson,
    DemoPerson,
    DemoPerson,
    DemoPerson,
  ];
  const back = await lend(40, 7, first, "証明書交付の統計データの受け渡し", media[0]!.id);
  await stepMediaLoan(
    {
      database,
      clock: { now: () => new Date(clock.now().getTime() - 34 * day) },
      crossing: new CrossingTables(database, clock),
    },
    keeper,
    back,
    { what: "returned", isScanned: true, isEmptied: true, note: "" },
  );
  await lend(12, 7, second, "マイナンバーカード申請の受付データの取り込み", media[0]!.id);
  await lend(2, 14, third, "転入届の様式の印刷データの確認", media[1]!.id);
  await lend(0, 7, fourth, "証明書交付の統計データの受け渡し");
}

/** By the order of the list of people, so the same in every demo. */
function listOf(
  staff: readonly DemoPerson[],
  borrowers: readonly DemoPerson[],
  today: string,
): readonly (readonly string[])[] {
  const numbered = (prefix: string, i: number) => `${prefix}-${String(i + 1).padStart(4, "0")}`;
  const held = (person: DemoPerson) => [person.number, person.sectionCode];
  const tablets = staff.filter((_, i) => i % 20 === 3);
  return [
    ...staff
      .slice(0, 80)
      .map((person, i) => [
        ...[numbered("R08", i), "パソコン", "LGWAN 業務端末 14型", "", "LGWAN"],
        ...[...held(person), ""],
      ]),
    ...tablets.map((person, i) => [
      ...[numbered("C08", i), "Chromebook", "Chromebook 11型", "", "インターネット"],
      ...[...held(person), ""],
    ]),
    ...tablets
      .slice(0, 6)
      .map((person, i) => [
        ...[numbered("D08", i), "SIMドングル", "USB ドングル", `090-0000-${1001 + i}`, "インターネット"],
        ...[...held(person), addDays(today, 90)],
      ]),
    ...Array.from({ length: 6 }, (_, i) => [
      ...[numbered("USB", i), "USBメモリ", "暗号化 USB メモリ 32 GB", "", "", ""],
      ...[i < 3 ? borrowers[0]!.sectionCode : "", ""],
    ]),
  ];
}
