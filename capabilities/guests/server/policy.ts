import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

export const guestRules = {
  staffInvites: {
    id: "guest.staff-invites",
    ja: "職員は、自分のルームにゲストを招待できます",
    en: "staff invite guests to rooms of their own",
  },
  personInvites: {
    id: "guest.person-invites",
    ja: "ゲストを招待できるのは職員だけです",
    en: "only a person on the staff invites guests",
  },
  sponsorManages: {
    id: "guest.sponsor-manages",
    ja: "担当職員はゲストの期間を決めます",
    en: "the sponsor decides how long a guest stays",
  },
  sectionTakesOver: {
    id: "guest.section-takes-over",
    ja: "担当職員がいなくなったゲストは、同じ所属の職員が引き継げます",
    en: "when a sponsor is gone, somebody of the same section takes over",
  },
  officeManages: {
    id: "guest.office-manages",
    ja: "アカウントの担当者は LGWAN 側の端末ですべてのゲストを管理します",
    en: "who is entrusted with accounts looks after all guests, on the LGWAN side",
  },
  onlySponsor: {
    id: "guest.only-sponsor",
    ja: "ゲストの期間を変えられるのは、担当職員とアカウントの担当者だけです",
    en: "only the sponsor and who is entrusted with accounts change a guest's stay",
  },
  officeOnly: {
    id: "guest.office-only",
    ja: "すべてのゲストを見られるのは、アカウントの担当者だけです",
    en: "only who is entrusted with accounts sees all guests",
  },
  lgwanOnly: {
    id: "guest.lgwan-only",
    ja: "すべてのゲストの管理は LGWAN 側の端末からだけできます",
    en: "all guests are looked after at terminals on the LGWAN side only",
  },
  invitationAccepted: {
    id: "guest.invitation-accepted",
    ja: "招待を受けた本人がゲストになります",
    en: "who holds the invitation's link and code becomes the guest",
  },
  sponsorLost: {
    id: "guest.sponsor-lost",
    ja: "担当職員がいなくなったゲストは、引き継がれないと利用が終わります",
    en: "a guest without a sponsor ends unless somebody takes over",
  },
  reviewOpens: {
    id: "guest.review-opens",
    ja: "ゲストの棚卸しは決められた月に始まります",
    en: "the review of guests opens in its months",
  },
  notRenewed: {
    id: "guest.not-renewed",
    ja: "棚卸しで更新されなかったゲストの利用は終わります",
    en: "a guest who is not renewed in the review ends",
  },
  timeOver: {
    id: "guest.time-over",
    ja: "期間が終わってしばらくたったゲストは、ルームから外れます",
    en: "a guest whose time is long over leaves the rooms",
  },
} as const satisfies Record<string, Rule>;

/** Days in which somebody of the section takes over a guest whose sponsor is gone. */
export const handoverDays = 14;

const sponsorAsk = { ja: "担当職員", en: "the guest's sponsor" };
const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** What decisions about a guest need to know. */
export type StayFacts = {
  sponsorId: string | null;
  /** Whether the sponsor is gone and a new one is awaited. */
  waitsForSponsor: boolean;
  /** Whether the actor belongs to the section that answers for the guest. */
  isOfSection: boolean;
};

/** Whether somebody may invite at all; for each room the room's own rule is asked as well. */
export function decideInvite(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(guestRules.personInvites);
  return actor.kind === "staff" ? allow(guestRules.staffInvites) : deny(guestRules.personInvites, itDivision);
}

/** Extending a stay, ending it, renewing it in a review. */
export function decideManageStay(actor: Actor, stay: Pick<StayFacts, "sponsorId">): Decision {
  if (actor.kind === "guest") return hidden(guestRules.onlySponsor);
  if (actor.kind === "staff" && stay.sponsorId === actor.personId) return allow(guestRules.sponsorManages);
  return decideManageAll(actor).kind === "allow"
    ? allow(guestRules.officeManages)
    : deny(guestRules.onlySponsor, sponsorAsk);
}

/** Becoming the sponsor of a guest whose sponsor is gone; who is entrusted with accounts may name anybody at any time. */
export function decideTakeOver(actor: Actor, stay: StayFacts): Decision {
  if (actor.kind === "guest") return hidden(guestRules.onlySponsor);
  if (decideManageAll(actor).kind === "allow") return allow(guestRules.officeManages);
  return actor.kind === "staff" && stay.waitsForSponsor && stay.isOfSection
    ? allow(guestRules.sectionTakesOver)
    : deny(guestRules.onlySponsor, itDivision);
}

/** All guests, the settings and the reviews of everybody. */
export function decideManageAll(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(guestRules.officeOnly);
  if (!administers(actor, "accounts")) return deny(guestRules.officeOnly, itDivision);
  if (actor.zone !== "lgwan") return deny(guestRules.lgwanOnly, itDivision);
  return allow(guestRules.officeManages);
}
