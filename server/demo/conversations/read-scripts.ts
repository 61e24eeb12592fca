import type { DemoPerson } from "../people.ts";
import { scripts } from "./scripts.ts";

/** When something was said: on a working day or a calendar day before today, at a time in Japan. */
export type Moment = { days: number; isWorkingDays: boolean; minutes: number };

export type ScriptLine = {
  moment: Moment;
  sender: DemoPerson;
  body: string;
  mentions: DemoPerson[];
  replyTo?: number;
};

export type Script = {
  kind: "group" | "direct";
  name: string | null;
  members: DemoPerson[];
  lines: ScriptLine[];
};

/** Looks people up as the scripts name them: 所属/役職, 所属/役職2, 所属/*, 所属/@, *課/課長, firm/1. */
export class Cast {
  readonly #people: readonly DemoPerson[];

  constructor(people: readonly DemoPerson[]) {
    this.#people = people;
  }

  find(selector: string): DemoPerson[] {
    const slash = selector.indexOf("/");
    const place = slash === -1 ? selector : selector.slice(0, slash);
    const role = slash === -1 ? "*" : selector.slice(slash + 1);
    const guests = this.#people.filter((person) => person.affiliation === place);
    if (guests.length > 0) return guests.slice(Number(role) - 1, Number(role));
    const isHere = (person: DemoPerson) =>
      place.startsWith("*") ? person.sectionName.endsWith(place.slice(1)) : person.sectionName === place;
    const here = this.#people.filter(isHere);
    if (role === "@") return here.filter((person) => person.kind === "所属");
    const staff = here.filter((person) => person.kind === "職員");
    if (role === "*") return staff;
    const [, post = "", number] = /^(.+?)(\d)?$/.exec(role)!;
    const found = staff.filter((person) => person.post === post);
    if (place.startsWith("*") || (number === undefined && found.length === 0)) return found;
    return found.slice(Number(number ?? 1) - 1, Number(number ?? 1));
  }

  get(selector: string): DemoPerson {
    const [person] = this.find(selector);
    if (!person) throw new Error(`nobody in the demo is ${selector}`);
    return person;
  }
}

/** Reads the rooms that were written by hand; a name that nobody has is an error. */
export function readScripts(cast: Cast): Script[] {
  return scripts
    .split(/^# /m)
    .slice(1)
    .map((text) => readRoom(text.trim(), cast));
}

function readRoom(text: string, cast: Cast): Script {
  const [head = "", aliases = "", ...lines] = text.split("\n");
  const [kind = "", name = "", selectors = ""] = head.split("|").map((part) => part.trim());
  const speakers = new Map(
    aliases.split(" ").map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), cast.get(pair.slice(at + 1))] as const;
    }),
  );
  const members = selectors.split(" ").flatMap((selector) => {
    const found = cast.find(selector);
    if (found.length === 0) throw new Error(`nobody in the demo is ${selector}`);
    return found;
  });
  const script: Script = {
    kind: kind as Script["kind"],
    name: name || null,
    members: [...new Set([...members, ...speakers.values()])],
    lines: [],
  };
  for (const line of lines) if (line.trim() !== "") script.lines.push(readLine(line, script.lines, speakers));
  return script;
}

function readLine(
  line: string,
  before: readonly ScriptLine[],
  speakers: ReadonlyMap<string, DemoPerson>,
): ScriptLine {
  const match = /^(?:\+(\d+)|([wc])-(\d+) (\d+):(\d+)) ([^:>]+?)(>\d*)?: (.+)$/.exec(line);
  if (!match) throw new Error(`not a line of a script: ${line}`);
  const [, later, unit, days, hour, minute, speaker = "", answers, text = ""] = match;
  const last = before.at(-1)?.moment;
  if (later !== undefined && !last) throw new Error(`nothing is before: ${line}`);
  const moment: Moment =
    later === undefined
      ? { days: Number(days), isWorkingDays: unit === "w", minutes: Number(hour) * 60 + Number(minute) }
      : { ...last!, minutes: last!.minutes + Number(later) };
  const mentions: DemoPerson[] = [];
  const body = text
    .replaceAll("⏎", "\n")
    .replace(/@\{([^}]+)\}/g, (_, alias: string) => {
      const person = speakers.get(alias);
      if (!person) throw new Error(`nobody is called ${alias}: ${line}`);
      mentions.push(person);
      return `@${person.name}さん`;
    })
    .replace(/\{([^}]+)\}/g, (whole, alias: string) => speakers.get(alias)?.name.split(" ")[0] ?? whole);
  const sender = speakers.get(speaker);
  if (!sender) throw new Error(`nobody is called ${speaker}: ${line}`);
  const replyTo = answers === undefined ? undefined : before.length - (Number(answers.slice(1) || 1) - 1);
  return { moment, sender, body, mentions, ...(replyTo === undefined ? {} : { replyTo }) };
}
