import type { Reaction } from "#capabilities/chat/contract.ts";
import type { DemoPerson } from "../people.ts";

/** What was done to a message after it was sent. */
export type ScriptMarks = {
  reactions?: { reaction: Reaction; people: DemoPerson[] }[];
  /** How many more react, whoever they are. */
  moreReactions?: { reaction: Reaction; count: number }[];
  /** 要確認: the share that has confirmed, from 0 to 1, and who has certainly not. */
  confirmation?: { share: number; waiting: DemoPerson[]; deadlineDays?: number; remindedAfter?: number };
  title?: string;
  /** What it said first, and after how many minutes it was changed. */
  edited?: { after: number; from: string };
  /** After how many minutes the sender took it back, or an owner, who says why. */
  deleted?: { after: number; reason: string | null };
};

export const reactionWords: Readonly<Record<string, Reaction>> = {
  了解: "understood",
  確認: "confirmed",
  対応中: "working",
  完了: "done",
  "👍": "thumbs-up",
  感謝: "thanks",
  拍手: "applause",
  笑顔: "smile",
  すみません: "sorry",
  質問: "question",
};

/**
 * Reads a line of marks, which belong to the line above: `! 了解=市長,副1 完了=*3 要確認=80% 未=財政 期限=2 催促=90
 * 話題=… 編集=12:… 削除=3 削除=5:理由`. `*3` are three members, whoever they are.
 */
export function readMarks(line: string, speakers: ReadonlyMap<string, DemoPerson>): ScriptMarks {
  const marks: ScriptMarks = {};
  const peopleOf = (names: string) =>
    names.split(",").map((name) => {
      const person = speakers.get(name);
      if (!person) throw new Error(`nobody is called ${name}: ${line}`);
      return person;
    });
  const confirmation = (): NonNullable<ScriptMarks["confirmation"]> => {
    marks.confirmation ??= { share: 1, waiting: [] };
    return marks.confirmation;
  };
  for (const mark of line
    .slice(1)
    .trim()
    .split(/ +(?=[^ =]+=)/)) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/.exec(mark) ?? [];
    const [minutes = "", words] = value.split(/:(.*)/);
    const reaction = reactionWords[key];
    if (reaction && value.startsWith("*"))
      marks.moreReactions = [...(marks.moreReactions ?? []), { reaction, count: Number(value.slice(1)) }];
    else if (reaction) marks.reactions = [...(marks.reactions ?? []), { reaction, people: peopleOf(value) }];
    else if (key === "要確認") confirmation().share = Number.parseInt(value, 10) / 100;
    else if (key === "未") confirmation().waiting = peopleOf(value);
    else if (key === "期限") confirmation().deadlineDays = Number(value);
    else if (key === "催促") confirmation().remindedAfter = Number(value);
    else if (key === "話題") marks.title = value;
    else if (key === "編集")
      marks.edited = { after: Number(minutes), from: (words ?? "").replaceAll("⏎", "\n") };
    else if (key === "削除") marks.deleted = { after: Number(minutes), reason: words ?? null };
    else throw new Error(`not a mark: ${mark}`);
  }
  return marks;
}
