import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";

const certificates = new URL("../push-service/", import.meta.url).pathname;
export const slapdBase = "dc=city,dc=example,dc=jp";
export const slapdReader = `cn=reader,${slapdBase}`;
export const slapdPassword = "the reader's password";

/** Somebody in the directory, with attributes as Active Directory names them. */
export type Entry = Readonly<Record<string, string>>;

// Attributes of Active Directory that OpenLDAP does not bring ([MS-ADA3]).
const schema = `
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.32473.1 NAME 'testUser' SUP top AUXILIARY MAY ( userAccountControl $ sAMAccountName ) )
`;

/** A real OpenLDAP server with these people, on free ports of this machine, plain (for StartTLS) and encrypted. */
export async function startSlapd(people: readonly Entry[]) {
  const folder = mkdtempSync(join(tmpdir(), "chonai-slapd-"));
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "test.schema"), schema);
  writeFileSync(
    join(folder, "slapd.conf"),
    [
      ...["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`),
      `include ${folder}/test.schema`,
      "modulepath /usr/lib/ldap",
      "moduleload back_mdb",
      `pidfile ${folder}/slapd.pid`,
      `TLSCertificateFile ${certificates}certificate.pem`,
      `TLSCertificateKeyFile ${certificates}key.pem`,
      // Nobody says a password in the clear, and nobody gets more than 500 entries at once.
      "security simple_bind=128",
      "database mdb",
      "maxsize 104857600",
      `suffix "${slapdBase}"`,
      `directory ${folder}/data`,
      "limits * size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited",
      "access to attrs=userPassword by anonymous auth",
      "access to * by users read",
      "",
    ].join("\n"),
  );
  const entry = (lines: readonly string[]) => `${lines.join("\n")}\n\n`;
  const attribute = ([name, value]: [string, string]) => `${name}:: ${Buffer.from(value).toString("base64")}`;
  const ldif = [
    entry([`dn: ${slapdBase}`, "objectClass: domain", "dc: city"]),
    entry([
      `dn: ${slapdReader}`,
      "objectClass: organizationalRole",
      "objectClass: simpleSecurityObject",
      "cn: reader",
      `userPassword: ${slapdPassword}`,
    ]),
    ...people.map((person, at) =>
      entry([
        `dn: uid=u${at},${slapdBase}`,
        ...["inetOrgPerson", "testUser"].map((name) => `objectClass: ${name}`),
        `uid: u${at}`,
        "sn: x",
        "cn: x",
        ...Object.entries(person).map(attribute),
      ]),
    ),
  ].join("");
  const added = spawnSync("/usr/sbin/slapadd", ["-f", join(folder, "slapd.conf")], {
    input: ldif,
    encoding: "utf8",
  });
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr || added.error}`);
  const [plain, secure] = [await freePort(), await freePort()];
  const addresses = `ldap://127.0.0.1:${plain} ldaps://127.0.0.1:${secure}`;
  const server = spawn("/usr/sbin/slapd", ["-f", join(folder, "slapd.conf"), "-h", addresses, "-d", "0"], {
    stdio: "ignore",
  });
  await untilOpen(secure, server);
  return {
    plain: `localhost:${plain}`,
    secure: `localhost:${secure}`,
    stop: async () => {
      const ended = once(server, "exit");
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilOpen(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`slapd ended with ${server.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
        socket.end();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
