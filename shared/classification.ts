/**
 * The classes of information by confidentiality (自治体機密性), as the ministry's guideline names them. The words are dated:
 * a later edition adds a row to `classificationEditions`, and what was classified before keeps its letters.
 */
export const classifications = ["3A", "3B", "3C", "2", "1"] as const;

/** From the most confidential to the least. */
export type Classification = (typeof classifications)[number];

export type ClassificationLabel = {
  /** As it stands on screens and stamps. */
  ja: string;
  en: string;
  /** What belongs to it, in the guideline's sense. */
  meaningJa: string;
  meaningEn: string;
};

export type ClassificationEdition = {
  /** First day (JST) on which these words apply. */
  from: string;
  source: string;
  labels: Record<Classification, ClassificationLabel>;
};

export const classificationEditions: readonly ClassificationEdition[] = [
  {
    from: "2024-10-02",
    source: "総務省「地方公共団体における情報セキュリティポリシーに関するガイドライン」（令和6年10月版）",
    labels: {
      "3A": {
        ja: "機密性3A",
        en: "Confidentiality 3A",
        meaningJa: "秘密文書に相当する文書",
        meaningEn: "what corresponds to a secret document",
      },
      "3B": {
        ja: "機密性3B",
        en: "Confidentiality 3B",
        meaningJa: "漏えいすると個人の権利利益を大きく侵害し、取扱いに非常に留意すべきもの",
        meaningEn: "whose leak would gravely harm the rights of persons",
      },
      "3C": {
        ja: "機密性3C",
        en: "Confidentiality 3C",
        meaningJa: "公表を前提とせず、取扱いに留意すべきもの",
        meaningEn: "not meant to be published, to be handled with care",
      },
      "2": {
        ja: "機密性2",
        en: "Confidentiality 2",
        meaningJa: "直ちに一般に公表することを前提としていないもの",
        meaningEn: "not meant to be published at once",
      },
      "1": {
        ja: "機密性1",
        en: "Confidentiality 1",
        meaningJa: "公表してよいもの",
        meaningEn: "what may be published",
      },
    },
  },
];

/** The edition in force on a day (JST, `2026-04-01`). */
export function classificationsOn(day: string): ClassificationEdition {
  const started = classificationEditions.filter((edition) => edition.from <= day);
  return started.at(-1) ?? classificationEditions[0]!;
}

/** Whether the first is more confidential than the second. */
export function isStricter(one: Classification, other: Classification): boolean {
  return classifications.indexOf(one) < classifications.indexOf(other);
}
