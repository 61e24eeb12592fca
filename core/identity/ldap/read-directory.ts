import { lookup } from "node:dns/promises";
import type { ConnectionOptions } from "node:tls";
import { Client, InvalidCredentialsError } from "ldapts";
import type { OutgoingSettings } from "../sso/guarded-fetch.ts";
import { isOwn } from "../sso/guarded-fetch.ts";
import type { LdapResult, LdapSettings } from "./ldap-contract.ts";

/** Somebody as the directory has them. */
export type LdapPerson = {
  number: string;
  name: string;
  kana: string;
  department: string;
  title: string;
  phone: string;
  loginId: string;
  /** `userAccountControl` says that the account is disabled (ACCOUNTDISABLE). */
  isDisabled: boolean;
};

export class LdapUnread extends Error {
  readonly result: Exclude<LdapResult, "done">;

  constructor(result: LdapUnread["result"], cause?: unknown) {
    super(result, { cause });
    this.result = result;
  }
}

const patience = 15_000;
const mostPeople = 100_000;
/** [MS-ADTS] 2.2.16: the account is disabled. */
const accountDisable = 0x2;

/**
 * Reads the people of a directory by pages. Nothing is said before the line is encrypted and the other side's certificate is
 * verified; an address of this machine is asked only where the operator permits it. Entries without a number are passed over.
 */
export async function readLdapPeople(
  settings: LdapSettings,
  secret: string,
  outgoing: OutgoingSettings,
): Promise<LdapPerson[]> {
  const url = new URL(settings.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  await expectElsewhere(url, host, outgoing);
  const tls: ConnectionOptions = {
    servername: host,
    ...(settings.ca && { ca: settings.ca }),
    minVersion: "TLSv1.2",
  };
  const client = new Client({
    url: settings.url,
    timeout: patience,
    connectTimeout: patience,
    ...(url.protocol === "ldaps:" && { tlsOptions: tls }),
  });
  try {
    if (url.protocol === "ldap:") await client.startTLS(tls);
    await client.bind(settings.bindDn, secret);
    const { attributes } = settings;
    const { searchEntries } = await client.search(settings.baseDn, {
      scope: "sub",
      filter: settings.filter,
      paged: { pageSize: 500 },
      sizeLimit: mostPeople,
      attributes: [...Object.values(attributes).filter((name) => name !== ""), "userAccountControl"],
    });
    return searchEntries.flatMap((entry) => {
      const read = (name: string) => (name === "" ? "" : textOf(entry, name));
      const number = read(attributes.number);
      if (number === "") return [];
      return {
        number,
        name: read(attributes.name),
        kana: read(attributes.kana),
        department: read(attributes.department),
        title: read(attributes.title),
        phone: read(attributes.phone),
        loginId: read(attributes.loginId),
        isDisabled: (Number(textOf(entry, "userAccountControl")) & accountDisable) !== 0,
      };
    });
  } catch (error) {
    throw asUnread(error);
  } finally {
    await client.unbind().catch(() => {});
  }
}

/** The first value of an attribute; names are without case. */
function textOf(entry: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.entries(entry).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first.normalize("NFC").replace(/\s+/g, " ").trim() : "";
}

async function expectElsewhere(url: URL, host: string, outgoing: OutgoingSettings): Promise<void> {
  if (outgoing.hosts.includes(url.host)) return;
  const addresses = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new LdapUnread("not-reached", cause);
  });
  if (addresses.some(({ address }) => isOwn(address))) throw new LdapUnread("not-permitted");
}

function asUnread(error: unknown): LdapUnread {
  if (error instanceof LdapUnread) return error;
  if (error instanceof InvalidCredentialsError) return new LdapUnread("credentials", error);
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  return new LdapUnread(/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code) ? "certificate" : "not-reached", error);
}
