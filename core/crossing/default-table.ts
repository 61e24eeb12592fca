import type { CrossingRule, CrossingTable } from "./contract.ts";

export const rule = (
  fields: Pick<CrossingRule, "id" | "rank" | "effect"> & Partial<CrossingRule>,
): CrossingRule => ({
  deeds: null,
  zones: null,
  kinds: null,
  offices: null,
  rooms: null,
  classifications: null,
  origins: null,
  ask: "",
  note: "",
  ...fields,
});

/**
 * What holds until a municipality has rules of its own: LGWAN works with everything; the Internet side reads and opens
 * pages of class 2 and 1, downloads and copies nothing; guests only in rooms that they are in; 3A never leaves LGWAN;
 * the public side has nothing. Safe for the network models α and α′.
 */
export const defaultTable: CrossingTable = {
  ask: "情報システム担当課",
  newRooms: "2",
  rules: [
    rule({
      id: "secret-stays",
      rank: "limit",
      effect: "refuse",
      zones: { not: ["lgwan"] },
      classifications: ["3A"],
    }),
    rule({
      id: "guests-outside",
      rank: "limit",
      effect: "refuse",
      zones: { not: ["internet"] },
      kinds: ["guest"],
    }),
    rule({ id: "public-nothing", rank: "limit", effect: "refuse", zones: { is: ["public"] } }),
    rule({
      id: "lgwan-works",
      rank: "principle",
      effect: "allow",
      zones: { is: ["lgwan"] },
      kinds: ["staff", "section"],
      classifications: ["3A", "3B", "3C", "2", "1"],
      deeds: ["read", "open-pages", "download", "copy", "upload"],
    }),
    rule({
      id: "lgwan-takes-in",
      rank: "principle",
      effect: "allow",
      zones: { is: ["lgwan"] },
      kinds: ["staff", "section"],
      classifications: ["3B", "3C", "2", "1"],
      deeds: ["carry-in"],
    }),
    rule({
      id: "internet-reads",
      rank: "principle",
      effect: "allow",
      zones: { is: ["internet"] },
      kinds: ["staff", "section"],
      classifications: ["2", "1"],
      deeds: ["read", "open-pages", "upload"],
    }),
    rule({
      id: "guests-read",
      rank: "principle",
      effect: "allow",
      zones: { is: ["internet"] },
      kinds: ["guest"],
      rooms: { kinds: ["group", "direct"] },
      classifications: ["2", "1"],
      deeds: ["read", "open-pages", "upload"],
    }),
    rule({
      id: "internet-keeps-nothing",
      rank: "principle",
      effect: "refuse",
      zones: { is: ["internet"] },
      deeds: ["download", "copy"],
    }),
    rule({
      id: "carried-out-on-request",
      rank: "principle",
      effect: "allow",
      zones: { is: ["internet"] },
      kinds: ["staff", "section"],
      classifications: ["2", "1"],
      deeds: ["carry-out"],
    }),
  ],
};
