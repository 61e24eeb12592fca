import type { ImportedRoomList } from "#capabilities/chat/index.ts";
import { Cast } from "./cast.ts";
import { demoPeople } from "./people.ts";
import { picked } from "./picked.ts";

type Arranged = { favourites: readonly string[]; own?: Readonly<Record<string, readonly string[]>> };

const night = "災害対策本部（台風の夜）";
const network = "みなもりシステム×情報政策課（ネットワーク更新）";

/** How the people of the sign-in page have arranged their rooms, by name: favourites, and groups of their own. */
const arrangements: Partial<Record<keyof typeof picked, Arranged>> = {
  mayor: { favourites: ["幹部連絡", "特別職"] },
  crisisManager: { favourites: [night, "幹部連絡"], own: { 計画と訓練: ["地域防災計画の見直し"] } },
  headOfIt: {
    favourites: ["情報政策課", network],
    own: {
      議会と予算: ["議会答弁調整（定例会）", "人事異動連絡"],
      職員の相談: ["DX相談"],
    },
  },
  headOfInsurance: { favourites: ["国民健康保険課", "国保・税 賦課事務連絡"] },
  deputyOfIt: {
    favourites: ["情報政策課", network],
    own: { 職員の相談: ["DX相談", "DX推進リーダー会議", "Excel何でも相談"] },
  },
  deputyOfCrisis: { favourites: ["危機管理課", night] },
  headOfRoadworks: { favourites: ["道路・河川 緊急補修", "土木管理事務所"] },
  citizensSection: { favourites: ["市民課窓口応援"] },
};

/** Rooms that somebody of the sign-in page has grouped and keeps read, by their selectors. */
export function roomsKeptRead(): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(arrangements).map(([role, { own = {} }]) => [
      picked[role as keyof typeof picked],
      new Set(Object.values(own).flat()),
    ]),
  );
}

/** Own sections have ids; the same ones every time, so that a demo is the same. */
const sectionId = (index: number) => `01990000-0000-7000-8000-${String(index + 1).padStart(12, "0")}`;

/** @param roomIds of the rooms that were brought in, by name; a room that is not among them is left out */
export function roomListsOf(
  roomIds: ReadonlyMap<string | null, string>,
  idOf: (number: string) => string,
): ImportedRoomList[] {
  const cast = new Cast(demoPeople().filter((person) => person.loginId !== ""));
  const idsOf = (names: readonly string[]) => names.flatMap((name) => roomIds.get(name) ?? []);
  return Object.entries(arrangements).map(([role, { favourites, own = {} }]) => ({
    personId: idOf(cast.get(picked[role as keyof typeof picked]).number),
    favourites: idsOf(favourites),
    sections: Object.entries(own).map(([name, names], index) => ({
      id: sectionId(index),
      name,
      roomIds: idsOf(names),
    })),
    folded: ["archived"],
  }));
}
