import { readFileSync } from "node:fs";
import { type AuditAnchor, verifyAudit } from "#core/audit/index.ts";
import { Database } from "#core/db/index.ts";
import { Tenants } from "#core/identity/index.ts";
import { createLogger, systemClock } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { joinInstallation } from "../join-installation.ts";

/**
 * `chonai audit verify [--anchor FILE]`: recomputes every municipality's chain, compares it with anchors that were
 * written down before (JSON Lines, as this command prints them), and prints a new anchor to keep outside.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { anchor: { type: "string" } });
  if (positionals[0] !== "verify") {
    console.error("chonai audit verify [--anchor FILE]");
    return 2;
  }
  const anchors = values.anchor ? readAnchors(values.anchor) : [];
  const installation = await joinInstallation(values.data, createLogger({ level: "warn" }));
  const database = new Database(installation.application, { poolSize: 2, applicationName: "chonai audit" });
  try {
    const { keyring } = installation;
    const keys = keyring.ids.map((id) => ({ id, key: keyring.derive("audit-chain", id) }));
    let isIntact = true;
    for (const tenant of await new Tenants(database, systemClock).list()) {
      const report = await verifyAudit(database, tenant.id, keys, anchors, systemClock.now());
      console.log(
        `${tenant.name}: ${report.entries}件 / ${report.links}連鎖、廃棄済み ${report.disposed}件、未連鎖 ${report.unsealed}件` +
          `（最も古いもの ${Math.round(report.oldestUnsealedSeconds)}秒前）`,
      );
      for (const fault of report.faults)
        console.log(
          `  異常: 番号 ${fault.number ?? "-"} 記録 ${fault.entryId ?? "-"} ${fault.ja} / ${fault.en}`,
        );
      console.log(`  控え（外部に保管してください）: ${JSON.stringify(report.anchor)}`);
      isIntact &&= report.faults.length === 0;
    }
    return isIntact ? 0 : 1;
  } finally {
    await database.close();
    await installation.close();
  }
}

function readAnchors(file: string): AuditAnchor[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.slice(line.indexOf("{")).trim())
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as AuditAnchor);
}
