import { build, type Database, scopeOf } from "#core/db/index.ts";
import type { Zone } from "#core/policy/index.ts";
import type { FurtherZone } from "#core/zones/index.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { webRoot } from "./web-root.ts";

/** The secret of everybody's authenticator app in these tests. */
export const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

export type City = {
  server: TestServer;
  tenantId: string;
  people: Record<PersonKey, BuiltPerson>;
  url: (zone?: Zone) => string;
  stop: () => Promise<void>;
};

const sections = {
  finance: "財政課",
  disaster: "危機管理課",
  insurance: "国民健康保険課保険税賦課担当",
  it: "情報政策課",
} as const;

const sectionKana: Readonly<Record<string, string>> = {
  finance: "ざいせいか",
  disaster: "ききかんりか",
  insurance: "こくみんけんこうほけんかほけんぜいふかたんとう",
  it: "じょうほうせいさくか",
};

const cast = {
  sato: { name: "佐藤 花子", kana: "さとう はなこ", section: "finance", post: "主査" },
  suzuki: { name: "鈴木 一郎", kana: "すずき いちろう", section: "disaster", post: "課長" },
  takahashi: { name: "髙橋 美咲", kana: "たかはし みさき", section: "insurance", post: "主任" },
  tanaka: { name: "田中 健太", kana: "たなか けんた", section: "it", post: "係長" },
  watanabe: { name: "渡邉 悟", kana: "わたなべ さとる", section: "disaster", post: "主事" },
  desk: {
    name: "国民健康保険課保険税賦課担当",
    kana: "こくみんけんこうほけんかほけんぜいふかたんとう",
    section: "insurance",
    kind: "section",
  },
  guest: {
    name: "小林 大輔",
    kana: "こばやし だいすけ",
    kind: "guest",
    affiliation: "みなと施設管理株式会社",
  },
} as const;

export type PersonKey = keyof typeof cast;

/** A small city hall on a real server: sections, staff, a section account and a guest, with nothing said yet. */
export async function buildCity(
  given: {
    isDemo?: boolean;
    webRoot?: string;
    holdSeconds?: number;
    push?: { hosts: readonly string[]; ca: string };
    outgoingHosts?: readonly string[];
    furtherZones?: readonly FurtherZone[];
  } = {},
): Promise<City> {
  const server = await startTestServer({
    webRoot: given.webRoot ?? webRoot(),
    isDemo: given.isDemo ?? false,
    ...(given.furtherZones && { furtherZones: given.furtherZones }),
    ...(given.push && { push: given.push }),
    ...(given.outgoingHosts && { outgoingHosts: given.outgoingHosts }),
  });
  const { database, keyring } = server;
  const tenantId = await buildMunicipality(database, { slug: "minatono", name: "水杜市" });
  // Messages to guests go at once, except where a test is about taking them back.
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(
      build.insertInto("chat_setting").values({
        tenant_id: tenantId,
        hold_seconds: given.holdSeconds ?? 0,
        reach_shown_above: 50,
        reach_confirmed_above: 200,
        everybody_above: 50,
        everybody_by: "owners",
        changed_at: new Date(),
      }),
    ),
  );
  const sectionIds = new Map<string, string>();
  for (const [key, name] of Object.entries(sections))
    sectionIds.set(key, (await buildSection(database, tenantId, { name, kana: sectionKana[key] })).id);
  const people: Partial<Record<PersonKey, BuiltPerson>> = {};
  for (const key of Object.keys(cast) as PersonKey[]) {
    const given: {
      name: string;
      kana: string;
      section?: string;
      post?: string;
      kind?: string;
      affiliation?: string;
    } = cast[key];
    const person = await buildPerson(database, tenantId, {
      name: given.name,
      kana: given.kana,
      kind: (given.kind ?? "staff") as "staff" | "section" | "guest",
      totp: { keyring, secret: totpSecret },
      ...(given.section && { sectionId: sectionIds.get(given.section)! }),
    });
    await describePerson(database, person, given.post ?? null, given.affiliation ?? null);
    people[key] = person;
  }
  return {
    server,
    tenantId,
    people: people as Record<PersonKey, BuiltPerson>,
    url: (zone = "lgwan") => server.url(zone),
    stop: () => server.stop(),
  };
}

/** Somebody who may administer, 田村 誠, besides the people of the city. */
export async function buildAdministrator(city: City): Promise<BuiltPerson> {
  const { database, keyring } = city.server;
  return buildPerson(database, city.tenantId, {
    name: "田村 誠",
    kana: "たむら まこと",
    isAdministrator: true,
    totp: { keyring, secret: totpSecret },
  });
}

async function describePerson(
  database: Database,
  person: BuiltPerson,
  post: string | null,
  affiliation: string | null,
): Promise<void> {
  await database.transaction(scopeOf(person.tenantId), (tx) =>
    tx.run(
      build
        .updateTable("person")
        .set({ post_name: post, affiliation })
        .where("tenant_id", "=", person.tenantId)
        .where("id", "=", person.id),
    ),
  );
}
