import { Cast } from "./cast.ts";
import { demoPeople } from "./people.ts";

/** The people of the sign-in page's picker, one of each role, in this order. */
export const picked = {
  mayor: "特別職/市長",
  crisisManager: "危機管理部/危機管理監",
  headOfIt: "情報政策課/課長",
  headOfInsurance: "国民健康保険課/課長",
  deputyOfIt: "情報政策課/課長補佐",
  deputyOfCrisis: "危機管理課/課長補佐",
  headOfRoadworks: "土木管理事務所/所長",
  itSection: "情報政策課/@",
  taxSection: "国民健康保険課保険税賦課担当/@",
  citizensSection: "市民課/@",
  contractor: "㈱みなもりシステムサービス/1",
  sportsOperator: "水杜スポーツ振興グループ（指定管理者）/1",
  chairman: "市議会/議長",
  assistant: "情報政策課/会計年度任用職員",
} as const;

let numbers: readonly string[] | undefined;

/** Their numbers in the list of people. */
export function pickedNumbers(): readonly string[] {
  if (!numbers) {
    const cast = new Cast(demoPeople().filter((person) => person.loginId !== ""));
    numbers = Object.values(picked).map((selector) => cast.get(selector).number);
  }
  return numbers;
}
