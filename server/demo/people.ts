import { sectionRooms, speakingOffices } from "./conversations/section-rooms.ts";
import { NameMaker } from "./names.ts";
import { type DemoSection, demoSections } from "./organisation.ts";
import { SeededRandom } from "./random.ts";

export type DemoPerson = {
  number: string;
  name: string;
  kana: string;
  formerName: string;
  kind: "職員" | "所属" | "ゲスト";
  sectionCode: string;
  sectionName: string;
  post: string;
  /** 所属コード:役職;… as the list writes it. */
  concurrentPosts: string;
  loginId: string;
  accountClass: string;
  zones: string;
  isAdministrator: boolean;
  affiliation: string;
  sponsorNumber: string;
};

/** The five classes and how many the procurement paper buys of each (document 000). */
const demoClasses = {
  video: { word: "テレビ会議用タブレット", count: 48 },
  remote: { word: "リモートワーク用タブレット", count: 72 },
  telework: { word: "在宅勤務職員", count: 100 },
  section: { word: "所属", count: 196 },
  guest: { word: "ゲストアカウント他", count: 85 },
} as const;

const bothSides = "LGWAN;インターネット";

/** Firms and bodies outside, each looked after by a section: none of them exists. */
const affiliations: readonly (readonly [name: string, section: string, people: number])[] = [
  ["㈱みなもりシステムサービス", "情報政策課", 6],
  ["㈱湖都ネットワーク", "情報政策課", 4],
  ["かわせみ情報㈱", "情報政策課情報セキュリティ担当", 2],
  ["水杜総合ビル管理㈱", "管財課", 4],
  ["㈱北水建設", "道路維持課", 4],
  ["㈱山手土木", "河川課", 3],
  ["水杜管工事協同組合", "上下水道局水道建設課", 4],
  ["㈱エコ・サイクル水杜", "資源循環課", 4],
  ["湖岸環境サービス㈱", "クリーンセンター", 3],
  ["水杜スポーツ振興グループ（指定管理者）", "スポーツ振興課", 5],
  ["水杜文化芸術財団（指定管理者）", "社会教育課", 5],
  ["みなもり図書館パートナーズ（指定管理者）", "中央図書館", 4],
  ["水杜公園管理共同体（指定管理者）", "公園緑地課", 4],
  ["社会福祉法人みずうみ会", "障がい福祉課", 4],
  ["社会福祉法人水杜福祉会", "高齢者支援課", 4],
  ["NPO法人こどもの杜", "こども支援課", 3],
  ["水杜市観光協会", "観光課", 3],
  ["水杜商工会議所", "商工振興課", 3],
  ["みなもり給食㈱", "保健給食課", 3],
  ["水杜バス㈱", "交通政策課", 2],
];

/** Everybody of the demo city, in the order of the list: the same at every start. */
export function demoPeople(): DemoPerson[] {
  const staff = makeStaff();
  giveAccounts(staff);
  return [...staff, ...sectionAccounts(), ...guests(staff)];
}

function makeStaff(): DemoPerson[] {
  const { departments, sections } = demoSections();
  const names = new NameMaker(20_261_121);
  const random = new SeededRandom(8_501);
  const staff: DemoPerson[] = [];
  const add = (section: DemoSection, post: string) => {
    const { name, kana, isWoman } = names.next();
    // 職員番号: year of entry and a running number, as many offices have it.
    const number = `${String(1 + ((staff.length * 7) % 35)).padStart(2, "0")}${String(staff.length + 1).padStart(4, "0")}`;
    const formerName = isWoman && random.next() < 0.08 ? names.family() : "";
    const person: DemoPerson = {
      number,
      name,
      kana,
      formerName,
      kind: "職員",
      sectionCode: section.code,
      sectionName: section.name,
      post,
      concurrentPosts: "",
      loginId: "",
      accountClass: "",
      zones: "",
      isAdministrator: false,
      affiliation: "",
      sponsorNumber: "",
    };
    staff.push(person);
    return person;
  };
  for (const department of departments) {
    const own = sections.filter((section) => section.code.startsWith(department.code.slice(0, 2)));
    for (const post of departmentPosts(department, own.length)) add(department, post);
    for (const section of own)
      for (const post of [section.headPost, ...memberPosts(section, random)]) add(section, post);
  }
  giveConcurrentPosts(staff);
  return staff;
}

function departmentPosts(department: DemoSection, sections: number): string[] {
  if (department.name === "特別職") return ["市長", "副市長", "副市長", "教育長"];
  if (department.name === "市議会") return ["議長", "副議長", ...Array.from({ length: 6 }, () => "議員")];
  if (department.name === "危機管理部") return ["部長", "危機管理監", "次長"];
  return sections >= 6 ? [department.headPost, "次長"] : [department.headPost];
}

function memberPosts(section: DemoSection, random: SeededRandom): string[] {
  const { name, headPost } = section;
  if (name === "国民健康保険課保険税賦課担当" || name === "中央図書館") return ["係長", "主任", "主事"];
  if (headPost === "園長") return ["主任保育士"];
  if (headPost === "校長") return random.next() < 0.5 ? ["主査"] : ["主任"];
  if (headPost === "館長") return ["主任"];
  if (/消防署|分署/.test(name)) return ["消防司令補", "消防士長"];
  if (headPost === "看護部長") return ["看護師長", "看護師"];
  if (headPost !== "課長") return random.next() < 0.6 ? ["主査", "主事"] : ["主任"];
  if (name === "情報政策課")
    return ["課長補佐", "係長", "係長", "主査", "主任", "主事", "主事", "会計年度任用職員"];
  if (/^(危機管理課|人事課|財政課|総務課|企画政策課|秘書課|広報広聴課)$/.test(name))
    return ["課長補佐", "係長", "主査", "主任", "主事"];
  if (name === "市民課") return ["課長補佐", "係長", "主任", "主事", "会計年度任用職員", "会計年度任用職員"];
  return random.next() < 0.5 ? ["係長", "主任", "主事"] : ["課長補佐", "主査", "主事"];
}

/** 兼務: heads of small offices look after another, and digital work has people in several sections. */
function giveConcurrentPosts(staff: readonly DemoPerson[]): void {
  const codeOf = new Map(demoSections().sections.map((section) => [section.name, section.code]));
  const give = (
    section: string,
    post: string,
    ...concurrent: (readonly [section: string, post: string])[]
  ) => {
    const person = staff.find((candidate) => candidate.sectionName === section && candidate.post === post)!;
    person.concurrentPosts = concurrent.map(([name, as]) => `${codeOf.get(name)}:${as}`).join(";");
  };
  give("監査委員事務局", "事務局長", ["公平委員会事務局", "事務局長"]);
  give("情報政策課", "課長補佐", ["行政経営課", "主幹"], ["情報政策課情報セキュリティ担当", "主幹"]);
  give("情報政策課", "主査", ["企画政策課", "主査"]);
  give("危機管理課", "係長", ["防災対策課避難所運営担当", "係長"]);
  give("保健センター", "センター長", ["感染症対策室", "副参事"]);
  give("福祉部", "次長", ["福祉総務課", "参事"]);
  give("こども未来部", "次長", ["こども政策課", "参事"]);
  give("中央図書館", "館長", ["東図書館", "館長"], ["西図書館", "館長"]);
  give("総務課", "課長補佐", ["選挙管理委員会事務局", "書記"]);
  give("農業振興課", "課長", ["農業委員会事務局", "参事"]);
}

/** Who gets an account of which class: executives, then heads, then those who work from home. */
function giveAccounts(staff: readonly DemoPerson[]): void {
  const ranked = (posts: RegExp) =>
    staff.filter((person) => posts.test(person.post) && person.loginId === "");
  const give = (people: readonly DemoPerson[], accountClass: string, zones: string) => {
    for (const person of people) {
      person.loginId = `s${person.number}`;
      person.accountClass = accountClass;
      person.zones = zones;
    }
  };
  const isDepartment = (person: DemoPerson) => person.sectionCode.endsWith("0000") && !/議/.test(person.post);
  const isFirst = ({ sectionName }: DemoPerson) =>
    sectionRooms.includes(sectionName) || /^(情報政策課|防災対策課|総務課)/.test(sectionName);
  const executives = [...staff.filter(isDepartment), ...ranked(/^課長$/).filter(isFirst)];
  const { video, remote, telework } = demoClasses;
  give(executives.slice(0, video.count), video.word, bothSides);
  const heads = ranked(/^(課長|所長|署長|分署長|支所長|室長|館長|センター長|担当長|校長|事務局長)$/);
  const speaking = heads.filter((person) => isFirst(person) || speakingOffices.includes(person.sectionName));
  const others = heads.filter(
    (person) => !speaking.includes(person) && /課長|所長|署長|室長/.test(person.post),
  );
  give([...speaking, ...others].slice(0, remote.count), remote.word, bothSides);
  // Everybody of the sections in which the conversations play, then one or two of each other section.
  const isOf = (person: DemoPerson) =>
    isFirst(person) || (/課$/.test(person.sectionName) && !person.sectionCode.endsWith("0000"));
  const atHome = staff.filter(
    (person) => person.loginId === "" && isOf(person) && !/会計年度/.test(person.post),
  );
  const near = atHome.filter(isFirst);
  const far = atHome.filter((person) => !isFirst(person));
  const byTurns = [...far.filter((_, i) => i % 3 === 0), ...far.filter((_, i) => i % 3 !== 0)];
  give([...near, ...byTurns].slice(0, telework.count), telework.word, bothSides);
  // 「他」: councillors on the Internet side, part-time staff at the counters.
  give(ranked(/^(議長|副議長|議員)$/), demoClasses.guest.word, "インターネット");
  give(ranked(/^会計年度任用職員$/), demoClasses.guest.word, "LGWAN");
  for (const person of staff)
    if (person.sectionName === "情報政策課" && /^(課長|課長補佐)$/.test(person.post))
      person.isAdministrator = true;
}

function sectionAccounts(): DemoPerson[] {
  return demoSections().sections.map((section) => ({
    number: `K${section.code}`,
    name: section.name,
    kana: section.kana,
    formerName: "",
    kind: "所属",
    sectionCode: section.code,
    sectionName: section.name,
    post: "",
    concurrentPosts: "",
    loginId: `k${section.code}`,
    accountClass: demoClasses.section.word,
    zones: "LGWAN",
    isAdministrator: false,
    affiliation: "",
    sponsorNumber: "",
  }));
}

function guests(staff: readonly DemoPerson[]): DemoPerson[] {
  const names = new NameMaker(8_502);
  const taken = new Set(staff.map((person) => person.name));
  const wanted =
    demoClasses.guest.count - staff.filter((person) => person.accountClass === demoClasses.guest.word).length;
  const result: DemoPerson[] = [];
  for (const [affiliation, section, people] of affiliations)
    for (let i = 0; i < people && result.length < wanted; i++) {
      let person = names.next();
      while (taken.has(person.name)) person = names.next();
      const sponsors = staff.filter(
        (candidate) => candidate.sectionName === section && candidate.loginId !== "",
      );
      const number = `G${String(result.length + 1).padStart(4, "0")}`;
      result.push({
        number,
        name: person.name,
        kana: person.kana,
        formerName: "",
        kind: "ゲスト",
        sectionCode: "",
        sectionName: "",
        post: "",
        concurrentPosts: "",
        loginId: number.toLowerCase(),
        accountClass: demoClasses.guest.word,
        zones: "インターネット",
        isAdministrator: false,
        affiliation,
        sponsorNumber: (
          sponsors[i % Math.max(sponsors.length, 1)] ?? staff.find((p) => p.sectionName === section)!
        ).number,
      });
    }
  if (result.length !== wanted)
    throw new Error(`${wanted} guests are wanted, the firms have ${result.length}`);
  return result;
}
