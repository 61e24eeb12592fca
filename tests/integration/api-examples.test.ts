import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatEvents } from "#capabilities/chat/contract.ts";
import { crossingEvents } from "#core/crossing/contract.ts";
import { identityEvents } from "#core/identity/contract.ts";
import { reachEvents } from "#core/reach/contract.ts";
import { buildMunicipality, buildPerson, buildSection, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

/** A line of the page: a curl command with the status that it says, and the variable that takes a part of the answer. */
type Request = { line: string; words: string; status: number; variable?: string; path?: string };
/** A line that gives a variable a text, with other variables in it. */
type Assignment = { variable: string; text: string };
type Example = Request | Assignment;

function readExamples(page: string): Example[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!);
  const lines = blocks.flatMap((text) =>
    text
      .replace(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  );
  return lines.flatMap((line): Example[] => {
    const assignment = /^(\w+)="(.*)"$/.exec(line);
    if (assignment) return [{ variable: assignment[1]!, text: assignment[2]! }];
    if (!line.includes("curl")) return [];
    const match = /^(?:(\w+)=\$\()?curl -s (.*?)(?: \| jq -r \.(\S+)\))? +# (\d+)$/.exec(line);
    if (!match) throw new Error(`not an example that can be run: ${line}`);
    const [, variable, words, path, status] = match;
    return [{ line, words: words!, status: Number(status), variable, path }];
  });
}

const fillIn = (text: string, variables: Readonly<Record<string, string>>) =>
  text.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");

/** Words as a shell reads them: single and double quotes, variables outside single quotes. */
function splitWords(text: string, variables: Record<string, string>): string[] {
  const parts = text.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)|(\s+)/g);
  const words = [""];
  for (const [, single, double, bare, space] of parts) {
    if (space) words.push("");
    else words[words.length - 1] += single ?? fillIn(double ?? bare ?? "", variables);
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

const page = readFileSync(new URL("../../docs/api/README.md", import.meta.url), "utf8");
const followRoom = fileURLToPath(new URL("../../docs/api/examples/follow-room.mjs", import.meta.url));

let server: TestServer;
let tenantId: string;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  server.chonai.tenants.forget();
});
afterAll(() => server?.stop());

test("the examples of docs/api/README.md answer what the page says", async () => {
  const { database } = server;
  const section = await buildSection(database, tenantId, { name: "財政課" });
  const person = await buildPerson(database, tenantId, { sectionId: section.id });
  const peer = await buildPerson(database, tenantId, { name: "佐藤 花子", sectionId: section.id });
  const administrator = await buildPerson(database, tenantId, { isAdministrator: true });
  const variables: Record<string, string> = {
    LGWAN: server.url("lgwan"),
    LOGIN_ID: person.loginId,
    PASSWORD: testPassword,
    PEER_NAME: encodeURIComponent("佐藤"),
    PEER_LOGIN_ID: peer.loginId,
    ADMIN_LOGIN_ID: administrator.loginId,
    PEOPLE: Buffer.from("職員番号,氏名,カナ,所属コード\r\n900001,青木 翔,アオキ ショウ,\r\n").toString(
      "base64",
    ),
  };
  const examples = readExamples(page);
  expect(examples.length).toBeGreaterThan(60);
  for (const example of examples) {
    if ("text" in example) {
      variables[example.variable] = fillIn(example.text, variables);
      continue;
    }
    const { line, words, status, variable, path } = example;
    const { url, init } = readRequest(splitWords(words, variables));
    const response = await fetch(url, init);
    const text = await response.text();
    expect(response.status, `${line}\n${text}`).toBe(status);
    if (!variable || !path) continue;
    const found = path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(text));
    expect(found, `${line}\n${text}`).toBeDefined();
    variables[variable] = String(found);
  }
});

test("the example that follows a room prints what is said there, and stops when its session ends", async () => {
  const person = await buildPerson(server.database, tenantId);
  const peer = await buildPerson(server.database, tenantId);
  const client = await server.as(person);
  const room = await client.createGroup([peer.id]);
  const program = spawn(process.execPath, [followRoom], {
    env: { API: `${client.base}/api/v1`, TOKEN: client.token, ROOM: room.id },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("following");
  await (await server.as(peer)).send(room.id, "9時に本部へ集合してください。");
  expect((await lines.next()).value).toBe("1 9時に本部へ集合してください。");
  await client.delete("/api/v1/sessions/current");
  expect((await once(program, "exit"))[0]).toBe(0);
});

test("the page names every event of the stream", () => {
  const events = Object.keys({ ...chatEvents, ...identityEvents, ...reachEvents, ...crossingEvents });
  expect(events.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
