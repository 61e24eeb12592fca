import { SeededRandom } from "./random.ts";

/**
 * Common family and given names with their readings, put together at random: nobody in particular, and whoever is called
 * so is called so by chance. Some family names
 * are written as their owners insist on: 髙, 﨑, 𠮷 (outside the BMP), 葛󠄀 (with a variation selector).
 */
const familyNames =
  "佐藤サトウ 鈴木スズキ 高橋タカハシ 田中タナカ 伊藤イトウ 渡辺ワタナベ 山本ヤマモト 中村ナカムラ 小林コバヤシ 加藤カトウ " +
  "吉田ヨシダ 山田ヤマダ 佐々木ササキ 山口ヤマグチ 松本マツモト 井上イノウエ 木村キムラ 林ハヤシ 斎藤サイトウ 清水シミズ " +
  "山崎ヤマザキ 森モリ 池田イケダ 橋本ハシモト 阿部アベ 石川イシカワ 山下ヤマシタ 中島ナカジマ 石井イシイ 小川オガワ " +
  "前田マエダ 岡田オカダ 長谷川ハセガワ 藤田フジタ 後藤ゴトウ 近藤コンドウ 村上ムラカミ 遠藤エンドウ 青木アオキ 坂本サカモト " +
  "福田フクダ 太田オオタ 西村ニシムラ 藤井フジイ 金子カネコ 岡本オカモト 藤原フジワラ 三浦ミウラ 中野ナカノ 中川ナカガワ " +
  "原田ハラダ 松田マツダ 竹内タケウチ 小野オノ 田村タムラ 中山ナカヤマ 和田ワダ 石田イシダ 森田モリタ 上田ウエダ " +
  "原ハラ 内田ウチダ 柴田シバタ 酒井サカイ 宮崎ミヤザキ 横山ヨコヤマ 宮本ミヤモト 高木タカギ 安藤アンドウ 谷口タニグチ " +
  "大野オオノ 丸山マルヤマ 今井イマイ 河野コウノ 藤本フジモト 村田ムラタ 武田タケダ 上野ウエノ 杉山スギヤマ 増田マスダ " +
  "菅原スガワラ 平野ヒラノ 大塚オオツカ 小島コジマ 千葉チバ 久保クボ 松井マツイ 岩崎イワサキ 木下キノシタ 松尾マツオ " +
  "野口ノグチ 野村ノムラ 菊地キクチ 佐野サノ 大西オオニシ 杉本スギモト 新井アライ 浜田ハマダ 古川フルカワ 水野ミズノ " +
  "小松コマツ 島田シマダ 小山コヤマ 高野タカノ 山内ヤマウチ 西田ニシダ 菊池キクチ 西川ニシカワ 五十嵐イガラシ 北村キタムラ " +
  "安田ヤスダ 中田ナカタ 川口カワグチ 平田ヒラタ 川崎カワサキ 飯田イイダ 吉川ヨシカワ 本田ホンダ 久保田クボタ 沢田サワダ " +
  "髙橋タカハシ 山﨑ヤマザキ 𠮷田ヨシダ 葛󠄀西カサイ 渡邊ワタナベ 齋藤サイトウ 濵田ハマダ 髙木タカギ 岩﨑イワサキ 眞田サナダ";

const womensNames =
  "美咲ミサキ 陽子ヨウコ 知佳チカ 美里ミサト 恵子ケイコ 由紀ユキ 晴美ハルミ 弘美ヒロミ 明美アケミ 里美サトミ 幸子サチコ 和子カズコ " +
  "絵里エリ 香織カオリ 麻衣マイ 千尋チヒロ 多恵タエ 奈々ナナ 里奈リナ 祥子ショウコ 友美トモミ 留美ルミ 沙織サオリ 亜希子アキコ 綾子アヤコ 理恵リエ " +
  "紀子ノリコ 典子ノリコ 睦美ムツミ 早苗サナエ 志保シホ 千夏チナツ 結衣ユイ 楓カエデ 菜摘ナツミ 葵アオイ 芳江ヨシエ 佳奈カナ 春香ハルカ 文香フミカ";

const mensNames =
  "翔太ショウタ 祐一ユウイチ 浩二コウジ 和也カズヤ 健二ケンジ 卓也タクヤ 貴史タカシ 良太リョウタ 邦彦クニヒコ 正樹マサキ 克己カツミ 宏明ヒロアキ 清志キヨシ " +
  "智也トモヤ 拓海タクミ 利明トシアキ 雄介ユウスケ 慎也シンヤ 康弘ヤスヒロ 信行ノブユキ 敏之トシユキ 秀明ヒデアキ 俊介シュンスケ 航平コウヘイ " +
  "裕太ユウタ 大樹ダイキ 洋平ヨウヘイ 光一コウイチ 義男ヨシオ 義明ヨシアキ 勝マサル 恭平キョウヘイ 陸リク 悠人ユウト 颯ハヤテ 文雄フミオ 政志マサシ 敦アツシ 昭夫アキオ";

export type DemoName = { name: string; kana: string; familyName: string; isWoman: boolean };

/** Names one after the other, none twice. */
export class NameMaker {
  readonly #random: SeededRandom;
  readonly #given = new Set<string>();
  readonly #families = split(familyNames);
  readonly #women = split(womensNames);
  readonly #men = split(mensNames);

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  next(): DemoName {
    for (;;) {
      // Common family names come first in the list and are more common here too.
      const place = Math.floor(this.#random.next() ** 1.5 * this.#families.length);
      const isWoman = this.#random.next() < 0.45;
      const family = this.#families[place]!;
      const given = this.#random.pick(isWoman ? this.#women : this.#men);
      const name = `${family.written} ${given.written}`;
      if (this.#given.has(name)) continue;
      this.#given.add(name);
      return { name, kana: `${family.read} ${given.read}`, familyName: family.written, isWoman };
    }
  }

  /** A family name alone, for 旧姓. */
  family(): string {
    return this.#random.pick(this.#families).written;
  }
}

function split(names: string): { written: string; read: string }[] {
  return names.split(" ").map((entry) => {
    const read = /[ァ-ヴー]+$/.exec(entry)![0];
    return { written: entry.slice(0, -read.length), read };
  });
}
