import pg from "pg";
import { type ConnectionSettings, clientConfig } from "./connection.ts";

/**
 * What must be true of the application's role and of the tables before anything is served: the role is bound by
 * row-level security, it is not the owner's (`owner` when that is known), and every table with a municipality's data forces it.
 *
 * @returns the faults in words, for `chonai doctor` and for refusing to start; empty when all is well
 */
export async function checkDatabaseRoles(
  application: ConnectionSettings,
  owner?: ConnectionSettings,
): Promise<string[]> {
  const client = new pg.Client({
    ...clientConfig(application, "chonai check"),
    pipeline: false,
  } as pg.ClientConfig);
  client.on("error", () => {});
  await client.connect();
  try {
    const faults: string[] = [];
    const version = await client.query("select current_setting('server_version_num')::int as number");
    if (version.rows[0].number < 150000) faults.push("PostgreSQL 15 or newer is needed");
    const role = await client.query(
      "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user",
    );
    const { rolname, rolsuper, rolbypassrls } = role.rows[0];
    if (rolsuper) faults.push(`role ${rolname} is a superuser: row-level security would not bind it`);
    if (rolbypassrls) faults.push(`role ${rolname} has BYPASSRLS: row-level security would not bind it`);
    if (owner) {
      const member = await client.query("select pg_has_role(current_user, $1, 'member') as is_owner", [
        owner.user,
      ]);
      if (member.rows[0].is_owner)
        faults.push(`role ${rolname} is, or may become, the owner ${owner.user}: use another role`);
    }
    const owned = await client.query(
      `select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
         and pg_has_role(current_user, relowner, 'member') order by relname limit 3`,
    );
    if (owned.rows.length > 0)
      faults.push(
        `role ${rolname} owns tables (${owned.rows.map((row) => row.relname).join(", ")}): use another role`,
      );
    const unprotected = await client.query(
      `select c.relname from pg_class c
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
          and not (c.relrowsecurity and c.relforcerowsecurity) order by c.relname`,
    );
    for (const row of unprotected.rows)
      faults.push(`table ${row.relname} is not protected by forced row-level security`);
    return faults;
  } finally {
    await client.end().catch(() => {});
  }
}
