import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer } from "#tests/support/server.ts";

/** A line of the page: a curl command with the status that it says, and the variable that takes a part of the answer. */
type Example = { line: string; words: string; status: number; variable?: string; path?: string };

function readExamples(page: string): Example[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!);
  const lines = blocks.flatMap((text) =>
    text
      .replace(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  );
  return lines
    .filter((line) => line.includes("curl"))
    .map((line) => {
      const match = /^(?:(\w+)=\$\()?curl -s (.*?)(?: \| jq -r \.(\S+)\))? +# (\d+)$/.exec(line);
      if (!match) throw new Error(`not an example that can be run: ${line}`);
      const [, variable, words, path, status] = match;
      return { line, words: words!, status: Number(status), variable, path };
    });
}

/** Words as a shell reads them: single and double quotes, variables outside single quotes. */
function splitWords(text: string, variables: Record<string, string>): string[] {
  const parts = text.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)|(\s+)/g);
  const words = [""];
  for (const [, single, double, bare, space] of parts) {
    if (space) words.push("");
    else
      words[words.length - 1] +=
        single ?? (double ?? bare ?? "").replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");
  }
  return words;
}

function readRequest(words: readonly string[]): { url: string; init: RequestInit } {
  const headers: Record<string, string> = {};
  const init: RequestInit = { headers };
  let url = "";
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "-X") init.method = words[++i];
    else if (word === "-d") init.body = words[++i];
    else if (word === "-H") {
      const [name, value] = words[++i]!.split(": ");
      headers[name!] = value!;
    } else url = word;
  }
  return { url, init };
}

test("the examples of docs/api/README.md answer what the page says", async () => {
  const server = await startTestServer();
  const tenantId = await buildMunicipality(server.database);
  server.chonai.tenants.forget();
  const person = await buildPerson(server.database, tenantId);
  await buildPerson(server.database, tenantId, { name: "佐藤 花子" });
  const variables: Record<string, string> = {
    LGWAN: server.url("lgwan"),
    LOGIN_ID: person.loginId,
    PASSWORD: testPassword,
    PEER_NAME: encodeURIComponent("佐藤"),
  };
  const examples = readExamples(readFileSync(new URL("../../docs/api/README.md", import.meta.url), "utf8"));
  expect(examples.length).toBeGreaterThan(12);
  for (const { line, words, status, variable, path } of examples) {
    const { url, init } = readRequest(splitWords(words, variables));
    const response = await fetch(url, init);
    const text = await response.text();
    expect(response.status, `${line}\n${text}`).toBe(status);
    if (!variable || !path) continue;
    const found = path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(text));
    variables[variable] = String(found);
  }
  await server.stop();
});
