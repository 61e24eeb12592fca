import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AccountClass, AccountSide, PersonKind } from "#core/identity/contract.ts";
import type { DemoCredentials } from "./credentials.ts";

/**
 * One line of DATA/demo-accounts.json: everything that signing in needs. `kind` is the class of the account (one of the
 * five of the procurement paper), `personKind` what its entry in the directory is.
 */
export const DemoAccount = z.object({
  loginId: z.string(),
  password: z.string(),
  /** Base32, for the six-digit code on the Internet side. */
  totpSecret: z.string(),
  name: z.string(),
  kind: AccountClass,
  /** Name of the section; null for guests. */
  section: z.string().nullable(),
  zones: z.array(AccountSide),
  personId: z.uuid(),
  personKind: PersonKind,
  number: z.string(),
  post: z.string().nullable(),
  affiliation: z.string().nullable(),
  isAdministrator: z.boolean(),
  /** For a section account: the staff who may sit at it. */
  operators: z.array(z.object({ id: z.uuid(), name: z.string() })),
});
export type DemoAccount = z.infer<typeof DemoAccount>;

const listAccounts = statement<Omit<DemoAccount, "password" | "totpSecret">>(
  "demo.list-accounts",
  `select a.login_id as "loginId", p.name, a.class as kind, s.name as section, a.zones, p.id as "personId",
          p.kind as "personKind", p.number, p.post_name as post, p.affiliation, a.is_administrator as "isAdministrator",
          case when p.kind = 'section' then (
            select coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) order by o.post_rank, o.kana), '[]')
              from person o
             where o.tenant_id = p.tenant_id and o.kind = 'staff' and o.left_at is null and o.section_id = p.section_id)
          else '[]' end as operators
     from account a
     join person p on p.tenant_id = a.tenant_id and p.id = a.id
     left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
    where a.tenant_id = $1
    order by array_position('{video-tablet,remote-tablet,telework,section,guest-other}', a.class), p.kind, p.post_rank, p.number`,
);

function pathOf(dataDirectory: string): string {
  return join(dataDirectory, "demo-accounts.json");
}

export function hasDemoAccounts(dataDirectory: string): boolean {
  return existsSync(pathOf(dataDirectory));
}

/** Writes every account of the demo, readable by the owner of the installation alone, unless it is already there. */
export async function writeDemoAccounts(
  database: Database,
  tenantId: string,
  credentials: DemoCredentials,
  dataDirectory: string,
): Promise<void> {
  if (hasDemoAccounts(dataDirectory)) return;
  const path = pathOf(dataDirectory);
  const rows = await database.transaction(scopeOf(tenantId), (tx) => tx.all(listAccounts, [tenantId]));
  const lines = rows.map(({ loginId, ...row }) => {
    const { password } = credentials;
    return JSON.stringify({ loginId, password, totpSecret: credentials.totpSecret(loginId), ...row });
  });
  await writeFile(`${path}.new`, `[\n${lines.join(",\n")}\n]\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function readDemoAccounts(dataDirectory: string): Promise<DemoAccount[]> {
  return z.array(DemoAccount).parse(JSON.parse(await readFile(pathOf(dataDirectory), "utf8")));
}
