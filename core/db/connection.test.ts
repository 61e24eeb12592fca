import { expect, test } from "vitest";
import { parseConnectionUrl } from "./connection.ts";

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
