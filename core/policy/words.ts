/** The words in which policies speak. The same values stand in the contracts and in the tables' checks. */
/** LGWAN and Internet are always there; further ones (a network of permitted clouds) are the installation's. */
export type Zone = "lgwan" | "internet" | "public" | (string & {});
export type PersonKind = "staff" | "section" | "guest";
export type AccountClass = "video-tablet" | "remote-tablet" | "telework" | "section" | "guest-other";
