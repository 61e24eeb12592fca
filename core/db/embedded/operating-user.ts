import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { StartUpError } from "./start-up-error.ts";

/** The user of the operating system as whom PostgreSQL runs. `change` is undefined when that is who we are. */
export type OperatingUser = { name: string; uid: number; change?: { uid: number; gid: number } | undefined };

/**
 * PostgreSQL refuses to run as root. As an ordinary user it runs as that user; as root as the owner of its existing
 * cluster, else as `chonai`, else `postgres`, else a system user `chonai` made for it, else `nobody`.
 *
 * @throws StartUpError no-operating-user
 */
export function chooseOperatingUser(clusterOwner: number | undefined): OperatingUser {
  const self = process.getuid?.();
  if (self === undefined) return { name: "", uid: -1 }; // Windows
  if (self !== 0) return { name: String(self), uid: self };
  const users = listUsers();
  const found =
    users.find((user) => user.uid === clusterOwner && user.uid !== 0) ??
    users.find((user) => user.name === "chonai" && user.uid !== 0) ??
    users.find((user) => user.name === "postgres" && user.uid !== 0) ??
    makeUser() ??
    users.find((user) => user.name === "nobody" && user.uid !== 0);
  if (!found) {
    throw new StartUpError("no-operating-user", {
      ja: "PostgreSQL は root では動きません。かわりに使う利用者（chonai、postgres、nobody のいずれか）がこの機械にありません。",
      en: "PostgreSQL does not run as root, and this machine has no user chonai, postgres or nobody to run it as.",
      hint: "useradd --system chonai を実行するか、root でない利用者で起動してください。 / Run useradd --system chonai, or start as an ordinary user.",
    });
  }
  return { name: found.name, uid: found.uid, change: { uid: found.uid, gid: found.gid } };
}

type User = { name: string; uid: number; gid: number };

function listUsers(): User[] {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 7)
    .map(([name, , uid, gid]) => ({ name: String(name), uid: Number(uid), gid: Number(gid) }));
}

function makeUser(): User | undefined {
  const arguments_ = ["--system", "--user-group", "--home-dir", "/nonexistent", "--no-create-home"];
  const made = spawnSync("useradd", [...arguments_, "--shell", "/usr/sbin/nologin", "chonai"], {
    stdio: "ignore",
  });
  if (made.status !== 0) return undefined;
  return listUsers().find((user) => user.name === "chonai");
}
