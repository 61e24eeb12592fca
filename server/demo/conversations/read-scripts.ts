import type { Cast } from "../cast.ts";
import type { DemoPerson } from "../people.ts";
import type { Moment } from "./calendar.ts";
import { readMarks, type ScriptMarks } from "./read-marks.ts";
import { scripts } from "./scripts.ts";
import { sectionScripts } from "./scripts-of-sections.ts";
import { townScripts } from "./scripts-of-the-town.ts";

/** Whom a line mentions besides single people. */
export type ScriptTarget =
  | { kind: "everybody" }
  | { kind: "section"; name: string }
  | { kind: "post"; name: string };

export type ScriptLine = ScriptMarks & {
  moment: Moment;
  sender: DemoPerson;
  body: string;
  mentions: DemoPerson[];
  targets: ScriptTarget[];
  /** Number of the line that this one answers, from 1. */
  replyTo?: number;
  /** Number of the line whose thread this one stands in. */
  threadOf?: number;
};

export type Script = {
  kind: "group" | "direct" | "municipality";
  name: string | null;
  members: DemoPerson[];
  /** The first one made the room. */
  owners: DemoPerson[];
  description: string;
  isPublic: boolean;
  /** Only owners post. */
  isForReading: boolean;
  /** Put away this many working days ago. */
  archivedDaysAgo?: number;
  lines: ScriptLine[];
};

/** Reads the rooms that were written by hand; a name that nobody has is an error. */
export function readScripts(cast: Cast): Script[] {
  return [scripts, townScripts, sectionScripts].flatMap((text) =>
    text
      .split(/^# /m)
      .slice(1)
      .map((room) => readRoom(room.trim(), cast)),
  );
}

function readRoom(text: string, cast: Cast): Script {
  const [head = "", aliases = "", ...lines] = text.split("\n");
  const [kind = "", name = "", selectors = "", options = ""] = head.split("|").map((part) => part.trim());
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
    owners: [],
    ...readOptions(options),
    lines: [],
  };
  for (const line of lines) {
    if (line.trim() === "") continue;
    if (line.startsWith("!")) Object.assign(script.lines.at(-1)!, readMarks(line, speakers));
    else script.lines.push(readLine(line, script.lines, speakers));
  }
  const posted = [...new Set(script.lines.map(({ sender }) => sender))];
  script.owners = script.isForReading ? posted : posted.slice(0, 1);
  return script;
}

/** 公開; 閲覧; 終了=5; 説明=… */
function readOptions(
  text: string,
): Pick<Script, "description" | "isPublic" | "isForReading" | "archivedDaysAgo"> {
  const options = new Map(
    text
      .split(";")
      .map((option) => option.trim().split("="))
      .map(([key = "", value = ""]) => [key, value]),
  );
  const ended = options.get("終了");
  return {
    description: options.get("説明") ?? "",
    isPublic: options.has("公開"),
    isForReading: options.has("閲覧"),
    ...(ended === undefined ? {} : { archivedDaysAgo: Number(ended) }),
  };
}

function readLine(
  line: string,
  before: readonly ScriptLine[],
  speakers: ReadonlyMap<string, DemoPerson>,
): ScriptLine {
  const match = /^(?:\+(\d+)|([ws])([-+])(\d+) (\d+):(\d+)) ([^:>^]+?)(\^?)(>\d*)?: (.+)$/.exec(line);
  if (!match) throw new Error(`not a line of a script: ${line}`);
  const [, later, unit, , days, hour, minute, speaker = "", inThread, answers, text = ""] = match;
  const last = before.at(-1)?.moment;
  if (later !== undefined && !last) throw new Error(`nothing is before: ${line}`);
  const moment: Moment =
    later === undefined
      ? {
          unit: unit === "s" ? "storm" : "working",
          days: Number(days),
          minutes: Number(hour) * 60 + Number(minute),
        }
      : { ...last!, minutes: last!.minutes + Number(later) };
  const mentions: DemoPerson[] = [];
  const targets: ScriptTarget[] = [];
  const body = text
    .replaceAll("⏎", "\n")
    .replace(/@\{(全員|所属 |役職 )([^}]*)\}/g, (_, kind: string, name: string) => {
      targets.push(
        kind === "全員" ? { kind: "everybody" } : { kind: kind === "所属 " ? "section" : "post", name },
      );
      return `@${name || "全員"}`;
    })
    .replace(/@\{([^}]+)\}(?:さん)?/g, (_, alias: string) => {
      const person = speakers.get(alias);
      if (!person) throw new Error(`nobody is called ${alias}: ${line}`);
      mentions.push(person);
      return `@${person.name}さん`;
    })
    .replace(/\{([^}]+)\}/g, (whole, alias: string) => speakers.get(alias)?.name.split(" ")[0] ?? whole);
  const sender = speakers.get(speaker);
  if (!sender) throw new Error(`nobody is called ${speaker}: ${line}`);
  const replyTo = answers === undefined ? undefined : before.length - (Number(answers.slice(1) || 1) - 1);
  const root = inThread ? before.findLastIndex(({ title }) => title !== undefined) + 1 : 0;
  if (inThread && root === 0) throw new Error(`no thread is before: ${line}`);
  return {
    moment,
    sender,
    body,
    mentions,
    targets,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(root === 0 ? {} : { threadOf: root }),
  };
}
