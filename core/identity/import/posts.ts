/** The usual posts from the highest down. Lists are sorted by the rank; the numbers leave room between the steps. */
const ranks: readonly (readonly [rank: number, ...posts: string[]])[] = [
  [1, "市長", "町長", "村長", "区長"],
  [2, "副市長", "副町長", "副村長", "副区長"],
  [3, "教育長"],
  [4, "事業管理者", "代表監査委員"],
  [5, "議長"],
  [6, "副議長"],
  [7, "議員"],
  [8, "理事", "政策監", "危機管理監", "技監"],
  [10, "部長", "局長", "公室長", "消防長", "会計管理者", "病院長", "院長"],
  [12, "担当部長", "参事"],
  [15, "次長", "副部長", "副局長", "副院長"],
  [
    20,
    "課長",
    "科長",
    "室長",
    "所長",
    "館長",
    "園長",
    "校長",
    "署長",
    "場長",
    "支所長",
    "事務長",
    "センター長",
    "事務局長",
  ],
  [22, "担当課長", "副参事", "看護部長"],
  [25, "課長補佐", "室長補佐", "副課長", "副所長", "副館長", "副園長", "副署長", "主幹", "局長補佐"],
  [30, "係長", "担当長", "分署長", "看護師長", "班長"],
  [35, "主査", "副主査"],
  [40, "主任", "主任技師", "主任保育士", "主任保健師", "主任看護師", "消防司令補"],
  [
    45,
    "主事",
    "技師",
    "保育士",
    "保健師",
    "看護師",
    "司書",
    "学芸員",
    "栄養士",
    "社会福祉士",
    "消防士長",
    "用務員",
    "調理員",
  ],
  [50, "主事補", "技師補", "消防士"],
  [60, "再任用職員"],
  [65, "会計年度任用職員", "非常勤職員", "嘱託員", "臨時職員"],
];

const rankByPost = new Map(ranks.flatMap(([rank, ...posts]) => posts.map((post) => [post, rank] as const)));

/**
 * Where a post stands in lists; undefined when the table does not know it. A post that ends in a known one has its rank
 * (情報政策課長 is a 課長), the longest that fits.
 */
export function postRank(post: string): number | undefined {
  const plain = post.normalize("NFKC").replace(/[\s()]/g, "");
  for (let start = 0; start < plain.length; start++) {
    const rank = rankByPost.get(plain.slice(start));
    if (rank !== undefined) return rank;
  }
  return undefined;
}
