/** The words in which policies speak. The same values stand in the contracts and in the tables' checks. */
export type Zone = "lgwan" | "internet" | "public";
export type PersonKind = "staff" | "section" | "guest";
export type AccountClass = "video-tablet" | "remote-tablet" | "telework" | "section" | "guest-other";
