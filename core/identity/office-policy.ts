import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Office,
  type Rule,
} from "#core/policy/index.ts";

/**
 * Who may entrust whom with what, so that no one person can change a rule and erase its trace: nobody gives themselves
 * anything, `audit` and `records` need a second person, and `audit` is not in one hand with what it watches.
 */
export const officeRules = {
  administratorsSee: {
    id: "office.administrators-see",
    ja: "管理者は、だれがどの担当かを見ることができます",
    en: "administrators see who holds which office",
  },
  administratorsOnly: {
    id: "office.administrators-only",
    ja: "管理者だけが見られます",
    en: "for administrators only",
  },
  accountsGives: {
    id: "office.accounts-gives",
    ja: "担当「アカウント」の管理者は、ほかの人に担当を渡し、外すことができます",
    en: 'administrators with the office "accounts" give offices to others and take them away',
  },
  accountsOnly: {
    id: "office.accounts-only",
    ja: "担当を変えられるのは、担当「アカウント」の管理者だけです",
    en: 'only administrators with the office "accounts" change offices',
  },
  inTheHallOnly: {
    id: "office.in-the-hall-only",
    ja: "担当は LGWAN 側の端末からだけ変えられます",
    en: "offices are changed at terminals on the LGWAN side only",
  },
  notOneself: {
    id: "office.not-oneself",
    ja: "自分に担当を渡すことはできません",
    en: "nobody gives an office to themselves",
  },
  staffOnly: {
    id: "office.staff-only",
    ja: "担当を持てるのは、ログインできる職員だけです。所属のアカウントとゲストには渡せません",
    en: "only staff who can sign in hold offices, not section accounts or guests",
  },
  watchesOther: {
    id: "office.watches-other",
    ja: "「監査」は、「ルール」「記録」と同じ人に渡せません",
    en: '"audit" is not given to whoever holds "rules" or "records"',
  },
  secondPerson: {
    id: "office.second-person",
    ja: "「監査」と「記録」は、渡す人とは別の、すでに「監査」か「記録」を持つ人の同意で渡されます",
    en: '"audit" and "records" are given with the consent of another person who holds one of them',
  },
  recipientAccepts: {
    id: "office.recipient-accepts",
    ja: "ほかに「監査」か「記録」を持つ人がいないときは、渡される本人の承諾で渡されます",
    en: 'while nobody else holds "audit" or "records", whoever is to get it accepts it',
  },
  notOwnProposal: {
    id: "office.not-own-proposal",
    ja: "自分が申し出た担当には、自分では同意できません",
    en: "nobody consents to what they have proposed",
  },
  atTheServer: {
    id: "office.at-the-server",
    ja: "「監査」か「記録」を持つ人がいないため、この画面からは渡せません",
    en: 'nobody who can sign in holds "audit" or "records", so it is not given here',
  },
  lastHolder: {
    id: "office.last-holder",
    ja: "この担当の最後の 1 人です。先にほかの人へ渡してください",
    en: "this is the last holder of the office: give it to somebody else first",
  },
  separateOffice: {
    id: "office.separate-office",
    ja: "「監査」か「記録」を持つ人のパスワードと認証アプリは、ほかの管理者には変えられません。先にその担当を外してください",
    en: 'nobody else changes the password or app of whoever holds "audit" or "records": take the office away first',
  },
} as const satisfies Record<string, Rule>;

const accountsOffice = {
  ja: "担当「アカウント」の管理者",
  en: 'an administrator with the office "accounts"',
};
const keeper = {
  ja: "「監査」か「記録」を持つ別の人",
  en: 'another person who holds "audit" or "records"',
};
const operator = {
  ja: "サーバーの管理者（chonai give-office）",
  en: "the operator at the server (chonai give-office)",
};
const another = { ja: "ほかの管理者", en: "another administrator" };

/** The offices that nobody gives alone. */
export const separateOffices: readonly Office[] = ["audit", "records"];

/** Which of these offices should not be in one hand: `audit` with what it watches. Empty when all is well. */
export function meetingOffices(offices: readonly Office[]): Office[] {
  const watched = offices.filter((office) => office === "rules" || office === "records");
  return offices.includes("audit") && watched.length > 0 ? ["audit", ...watched] : [];
}

/** Whether somebody may see who holds what. Whoever is asked to take an office sees it too. */
export function decideSeeOffices(actor: Actor, facts: { isAsked: boolean }): Decision {
  if (actor.kind === "guest") return hidden(officeRules.administratorsOnly);
  if (actor.offices.length === 0 && !facts.isAsked)
    return deny(officeRules.administratorsOnly, accountsOffice);
  if (actor.zone !== "lgwan") return deny(officeRules.inTheHallOnly, accountsOffice);
  return allow(officeRules.administratorsSee);
}

function decideChange(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(officeRules.administratorsOnly);
  if (!administers(actor, "accounts")) return deny(officeRules.accountsOnly, accountsOffice);
  if (actor.zone !== "lgwan") return deny(officeRules.inTheHallOnly, accountsOffice);
  return allow(officeRules.accountsGives);
}

export type GiveFacts = {
  office: Office;
  target: { id: string; kind: string; offices: readonly Office[]; isActive: boolean };
  /** The municipality has said that it is too small to keep offices apart. */
  maybeMeet: boolean;
  /** How many others than the actor and the target, able to sign in, hold `audit` or `records`. */
  otherKeepers: number;
};

/** Whether somebody may give an office, or propose it where a second person must consent. */
export function decideGiveOffice(actor: Actor, facts: GiveFacts): Decision {
  const change = decideChange(actor);
  if (change.kind !== "allow") return change;
  const { target, office } = facts;
  if (target.id === actor.personId) return deny(officeRules.notOneself, another);
  if (target.kind !== "staff" || !target.isActive) return deny(officeRules.staffOnly, accountsOffice);
  if (!facts.maybeMeet && meetingOffices([...target.offices, office]).includes(office))
    return deny(officeRules.watchesOther, accountsOffice);
  if (separateOffices.includes(office) && facts.otherKeepers === 0 && !isKeeper(actor.offices))
    return deny(officeRules.atTheServer, operator);
  return change;
}

export type ConsentFacts = {
  personId: string;
  proposedBy: string;
  /** What the proposer holds now, while able to sign in. */
  proposerOffices: readonly Office[];
  /** How many others than proposer and recipient, able to sign in, hold `audit` or `records`. */
  otherKeepers: number;
};

/** Whether somebody is the second person of a proposal. */
export function decideConsent(actor: Actor, proposal: ConsentFacts): Decision {
  const see = decideSeeOffices(actor, { isAsked: actor.personId === proposal.personId });
  if (see.kind !== "allow") return see;
  if (actor.kind !== "staff") return deny(officeRules.secondPerson, keeper);
  if (actor.personId === proposal.proposedBy) return deny(officeRules.notOwnProposal, keeper);
  if (proposal.otherKeepers > 0)
    return isKeeper(actor.offices) && actor.personId !== proposal.personId
      ? allow(officeRules.secondPerson)
      : deny(officeRules.secondPerson, keeper);
  // The only keeper hands over: there is nobody but the recipient who could be the second person.
  if (!isKeeper(proposal.proposerOffices)) return deny(officeRules.atTheServer, operator);
  return actor.personId === proposal.personId
    ? allow(officeRules.recipientAccepts)
    : deny(officeRules.recipientAccepts, keeper);
}

/** Whether somebody may take an office away. `otherHolders` are able to sign in. */
export function decideTakeOffice(actor: Actor, facts: { otherHolders: number }): Decision {
  const change = decideChange(actor);
  if (change.kind !== "allow") return change;
  return facts.otherHolders > 0 ? change : deny(officeRules.lastHolder, accountsOffice);
}

/**
 * Whether somebody may say that the municipality is too small to keep offices apart. While others hold `audit` or
 * `records`, it is one of them who says it.
 */
export function decideDeclareSmall(actor: Actor, facts: { otherKeepers: number }): Decision {
  if (actor.kind === "guest") return hidden(officeRules.administratorsOnly);
  const keeps = actor.kind === "staff" && isKeeper(actor.offices);
  if (!keeps) return facts.otherKeepers === 0 ? decideChange(actor) : deny(officeRules.secondPerson, keeper);
  if (actor.zone !== "lgwan") return deny(officeRules.inTheHallOnly, keeper);
  return allow(officeRules.secondPerson);
}

/**
 * Whether somebody may give an account new credentials: never one of `audit` or `records`, since whoever has somebody's
 * new password is that person for Chonai.
 */
export function decideRenewCredentials(offices: readonly Office[]): Decision {
  return isKeeper(offices)
    ? deny(officeRules.separateOffice, accountsOffice)
    : allow(officeRules.accountsGives);
}

function isKeeper(offices: readonly Office[]): boolean {
  return offices.some((office) => separateOffices.includes(office));
}
