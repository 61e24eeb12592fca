/** SQL with a name, prepared once on each connection: for the statements that run thousands of times a minute. */
export type Statement<Row> = { readonly name: string; readonly text: string; readonly row?: Row };

/**
 * Declares a prepared statement. The name says where it lives (`chat.lock-rooms`) and appears in pg_stat_statements.
 *
 * @example const findTenant = statement<{ id: string }>("identity.find-tenant", "select id from tenant where slug = $1");
 */
export function statement<Row>(name: string, text: string): Statement<Row> {
  return { name, text: `/* ${name} */ ${text.trim()}` };
}
