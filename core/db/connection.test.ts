import { expect, test } from "vitest";
import { parseConnectionUrl, parseMoment } from "./connection.ts";

test("a database's URL is read with its escapes, a socket folder, and what is left out", () => {
  expect(parseConnectionUrl("DATABASE_URL", "postgresql://chonai_app:p%40ss@db.example:6432/city")).toEqual({
    host: "db.example",
    port: 6432,
    user: "chonai_app",
    password: "p@ss",
    database: "city",
  });
  expect(
    parseConnectionUrl("DATABASE_URL", "postgresql://a@localhost/city?host=/run/postgresql"),
  ).toMatchObject({
    host: "/run/postgresql",
    port: 5432,
    password: undefined,
  });
});

test("what is not a URL, or asks for something that would be passed over, is refused without its password", () => {
  for (const url of ["db.example:5432", "postgresql://a:secret@db.example/city?sslmode=require"]) {
    expect(() => parseConnectionUrl("DATABASE_URL", url)).toThrow(/DATABASE_URL/);
    expect(() => parseConnectionUrl("DATABASE_URL", url)).not.toThrow(/secret/);
  }
});

test.each([
  ["2026-11-21 15:14:10+00", Date.UTC(2026, 10, 21, 15, 14, 10)],
  ["2026-11-21 15:14:10.5+00", Date.UTC(2026, 10, 21, 15, 14, 10, 500)],
  ["2026-11-21 15:14:10.007+00", Date.UTC(2026, 10, 21, 15, 14, 10, 7)],
  ["2024-02-29 23:59:59.999999+00", Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
  ["2026-11-22 00:14:10.123+09", Date.UTC(2026, 10, 21, 15, 14, 10, 123)],
  ["0044-03-15 12:00:00+00 BC", Date.parse("-000043-03-15T12:00:00Z")],
  ["0099-01-01 00:00:00+00", Date.parse("0099-01-01T00:00:00Z")],
  ["12026-11-21 15:14:10+00", Date.parse("+012026-11-21T15:14:10Z")],
  ["infinity", Number.POSITIVE_INFINITY],
])("the moment %s is read to the millisecond", (text, expected) => {
  expect(Number(parseMoment(text))).toBe(expected);
});
