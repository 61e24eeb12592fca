import type { DemoPerson } from "../people.ts";

/** Sections whose rooms are filled from the short exchanges. */
export const sectionRooms: readonly string[] = [
  "危機管理課",
  "財政課",
  "人事課",
  "秘書課",
  "市民課",
  "市民税課",
  "納税課",
  "国民健康保険課保険税賦課担当",
  "介護保険課",
  "福祉総務課",
  "保育課",
  "道路維持課",
  "上下水道局水道建設課",
  "環境対策課",
  "観光課",
  "教育総務課",
  "中央図書館",
  "指令課",
  "広報広聴課",
  "企画政策課",
];

/** Offices that speak in the rooms written by hand: their heads have tablets. */
export const speakingOffices: readonly string[] = [
  "河川課",
  "土木管理事務所",
  "湖岸支所",
  "山手支所",
  "南部支所",
  "東部支所",
  "西部支所",
  "環境政策課",
  "市民協働課",
  "健康増進課",
  "こども政策課",
  "行政経営課",
  "シティプロモーション課",
  "学務課",
  "管財課",
  "国民健康保険課",
  "警防課",
  "職員研修室",
  "学校施設課",
  "上下水道局下水道維持課",
  "議事調査課",
  "議会総務課",
  "スポーツ振興課",
  "社会教育課",
  "保健給食課",
  "防災対策課避難所運営担当",
  "情報政策課情報セキュリティ担当",
  "市民課マイナンバーカードセンター",
  "駅前サービスコーナー",
  "総合体育館",
  "市民文化会館",
  "第一学校給食センター",
  "第二学校給食センター",
  "水杜小学校",
  "湖岸小学校",
  "選挙管理委員会事務局",
];

/** Sections with somebody who could talk, in which little is said. */
export function quietSections(people: readonly DemoPerson[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, sectionName, sectionCode } of people)
    if (kind === "職員" && !sectionCode.endsWith("0000"))
      counts.set(sectionName, (counts.get(sectionName) ?? 0) + 1);
  return [...counts]
    .filter(([name, count]) => count > 1 && !sectionRooms.includes(name))
    .map(([name]) => name);
}
