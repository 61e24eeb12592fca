import pg from "pg";
import { OperatorError } from "#core/kernel/index.ts";

/** Where a database is: a socket directory or host, and who signs in. */
export type ConnectionSettings = {
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  database: string;
};

/** Parses a `postgresql://` URL; an error says which variable is wrong, never the password in it. */
export function parseConnectionUrl(name: string, url: string): ConnectionSettings {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw new OperatorError({
      ja: `${name} の形が正しくありません。postgresql://ユーザー:パスワード@ホスト:5432/データベース の形で指定してください。`,
      en: `${name} is not a URL of the form postgresql://user:password@host:5432/database.`,
    });
  const unknown = [...parsed.searchParams.keys()].filter((key) => key !== "host" && key !== "port");
  // Above all sslmode: whoever wrote it believes that the connection is encrypted.
  if (unknown.length > 0)
    throw new OperatorError({
      ja: `${name} に使えない指定があります（${unknown.join(", ")}）。暗号化は環境変数 PGSSLMODE=verify-full で指定してください。`,
      en: `${name} has parameters that are not understood (${unknown.join(", ")}). Ask for encryption by PGSSLMODE=verify-full.`,
    });
  return {
    host: parsed.searchParams.get("host") ?? decodeURIComponent(parsed.hostname || "localhost"),
    port: Number(parsed.port || parsed.searchParams.get("port") || 5432),
    user: decodeURIComponent(parsed.username),
    password: parsed.password ? decodeURIComponent(parsed.password) : undefined,
    database: decodeURIComponent(parsed.pathname.slice(1)) || "chonai",
  };
}

// int8 is a number here: positions, seqs and counts stay below 2^53 by design (docs/architecture/errors-and-pages.md).
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text: string) => Number(text));
types.setTypeParser(1016, (text: string) => (text === "{}" ? [] : text.slice(1, -1).split(",").map(Number)));
// A date without a time is a date: 'YYYY-MM-DD', never a moment in somebody's time zone.
types.setTypeParser(pg.types.builtins.DATE, (text: string) => text);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, parseMoment);
// Most lists are empty: a message mentions nobody.
for (const list of [1009, 2951])
  types.setTypeParser(list, (text: string) => (text === "{}" ? [] : parseList(list, text)));

function parseList(type: number, text: string): string[] {
  return pg.types.getTypeParser(type)(text) as string[];
}

/**
 * A moment as PostgreSQL writes it in UTC, `2026-11-21 15:14:10.123+00`; what looks otherwise (another time zone, the
 * first hundred years, infinity) is left to the library, which takes four times as long: a page of a room has fifty.
 */
export function parseMoment(text: string): Date {
  const end = text.length - 3;
  if (end < 19 || end > 26 || !text.endsWith("+00") || text.charCodeAt(10) !== 32 || text < "0100")
    return pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(text) as Date;
  const number = (from: number, to: number) => {
    let value = 0;
    for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - 48;
    return value;
  };
  // A Date has milliseconds: microseconds are cut off, as the library cuts them.
  const fraction = Math.min(end, 23) - 20;
  const milliseconds = fraction > 0 ? number(20, 20 + fraction) * 10 ** (3 - fraction) : 0;
  return new Date(
    Date.UTC(
      number(0, 4),
      number(5, 7) - 1,
      number(8, 10),
      number(11, 13),
      number(14, 16),
      number(17, 19),
      milliseconds,
    ),
  );
}

/** What every connection of ours has in common. Statements cannot hang for ever, nor hold locks while a client thinks. */
export function clientConfig(
  settings: ConnectionSettings,
  applicationName: string,
  queryTimeout = 70_000,
): pg.ClientConfig {
  return {
    ...settings,
    application_name: applicationName,
    types,
    pipeline: true,
    // Statements are written so that one plan serves all values; planning anew costs more than running them.
    options: "-c plan_cache_mode=force_generic_plan",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    // The server ends a statement that takes too long; this ends the wait for a server that has vanished without a word.
    query_timeout: queryTimeout,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  } as pg.ClientConfig;
}
