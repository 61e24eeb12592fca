import { type CrossingDeed, type CrossingTable, decideCrossing } from "#core/crossing/index.ts";
import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Office,
  type Rule,
  type Zone,
} from "#core/policy/index.ts";
import { isStricter } from "#shared/classification.ts";
import type { FileClass, FileReason, FileState } from "./contract.ts";
import type { FileRoom } from "./rooms.ts";

/** The rules of files beside those of the crossing table. */
export const fileRules = {
  ownUpload: {
    id: "file.own-upload",
    ja: "まだ送信していないファイルは、アップロードした本人だけのものです",
    en: "a file that was not sent yet is its uploader's alone",
  },
  notMember: {
    id: "file.not-member",
    ja: "ルームのメンバーではありません",
    en: "not a member of the room",
  },
  gone: { id: "file.gone", ja: "このファイルは削除されています", en: "the file was deleted" },
  notChecked: {
    id: "file.not-checked",
    ja: "検査と無害化が終わるまで開けません",
    en: "a file is given out when it has been inspected and sanitised",
  },
  held: {
    id: "file.held",
    ja: "検査できないファイルは保留となり、開けません",
    en: "a file that could not be inspected is held",
  },
  refused: {
    id: "file.refused",
    ja: "危険があると判定されたファイルは、誰にも渡されません",
    en: "a file found dangerous is given to nobody",
  },
  noPages: {
    id: "file.no-pages",
    ja: "この種類のファイルは画面では表示できません",
    en: "files of this kind have no pages to show",
  },
  pagesBeingMade: {
    id: "file.pages-being-made",
    ja: "表示の用意をしています。しばらくお待ちください",
    en: "its pages are being made",
  },
  memberChanges: {
    id: "file.member-changes",
    ja: "アップロードした人とルームの管理者は、ファイルを変更できます",
    en: "uploaders and owners of the room change files",
  },
  onlyUploaderChanges: {
    id: "file.only-uploader-changes",
    ja: "変更できるのは、アップロードした人とルームの管理者だけです",
    en: "only the uploader and owners of the room change a file",
  },
  memberUploads: {
    id: "file.member-uploads",
    ja: "投稿できるメンバーは、ファイルを置くことができます",
    en: "members who may post bring files",
  },
  cannotPost: {
    id: "file.cannot-post",
    ja: "このルームには投稿できないため、ファイルも置けません",
    en: "who may not post here brings no files either",
  },
  downloadsAnyway: {
    id: "file.downloads-anyway",
    ja: "このファイルはそのままダウンロードできるので、持ち出しの申請はいりません",
    en: "the file can be downloaded without a request",
  },
  readsAsText: {
    id: "file.reads-as-text",
    ja: "「文字で読む」ことを認められています",
    en: "was given the words of documents beside their pictures",
  },
  textOfContents: {
    id: "file.text-of-contents",
    ja: "ダウンロードできるファイルは、文字でも読めます",
    en: "who may have the contents has their words",
  },
  onlyTextReaders: {
    id: "file.only-text-readers",
    ja: "文字で読めるのは、担当「ルール」の管理者が認めた人だけです",
    en: 'only whom an administrator with the office "rules" has named reads documents as text',
  },
  onlyStricter: {
    id: "file.only-stricter",
    ja: "ファイルの機密性は、ルームより高くすることだけができます",
    en: "a file's class can only be stricter than its room's",
  },
} as const satisfies Record<string, Rule>;

const owner = { ja: "ルームの管理者", en: "an owner of the room" };
const rulesOffice = { ja: "担当「ルール」の管理者", en: 'an administrator with the office "rules"' };
const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** What decisions about a file need to know of it. `room` is undefined where the actor is no member of it. */
export type FileFacts = {
  readonly room: FileRoom | undefined;
  readonly uploadedBy: string;
  readonly isShared: boolean;
  readonly isDeleted: boolean;
  /** Its own class; null where it has its room's. */
  readonly classification: FileClass | null;
  readonly origin: Zone;
  readonly state: FileState;
  readonly reason: FileReason | null;
  readonly pages: "none" | "making" | "ready" | "impossible";
};

const offices: readonly Office[] = ["accounts", "rules", "audit", "records"];

/** The class by which a file is judged: its own or its room's, whichever is stricter. */
export function classOf(file: Pick<FileFacts, "room" | "classification">): FileClass | "unknown" {
  const room = file.room?.classification ?? "unknown";
  if (file.classification === null || room === "unknown") return room;
  return isStricter(file.classification, room) ? file.classification : room;
}

/** Puts one question to the crossing table, for where the actor is. */
export function askCrossing(
  table: CrossingTable,
  actor: Pick<Actor, "zone" | "kind" | "offices">,
  deed: CrossingDeed,
  file: { room: FileRoom | undefined; classification: FileClass | "unknown"; origin: Zone | null },
): Decision {
  return decideCrossing(table, {
    deed,
    zone: actor.zone,
    kind: actor.kind,
    offices: offices.filter((office) => administers(actor, office)),
    ...(file.room && { room: { id: file.room.id, kind: file.room.kind } }),
    classification: file.classification,
    origin: file.origin,
  });
}

/**
 * Whether somebody may know of a file: its name, size and state. Hidden: nothing at all. Denied: that there is one, which the
 * message says anyway, and why it is not shown here.
 */
export function decideSeeFile(table: CrossingTable, actor: Actor, file: FileFacts): Decision {
  if (!file.room?.role) return hidden(fileRules.notMember);
  if (!file.isShared && file.uploadedBy !== actor.personId) return hidden(fileRules.notMember);
  if (file.isDeleted && file.uploadedBy !== actor.personId && file.room.role !== "owner")
    return hidden(fileRules.gone);
  return askCrossing(table, actor, "read", { ...file, classification: classOf(file) });
}

export type FileBytes = "content" | "pages" | "text";
export type FileRights = { readonly carryOut?: boolean; readonly text?: boolean };

/**
 * Whether bytes of a file may go to somebody: its contents, or pictures of its pages. Everything that gives out bytes asks here.
 *
 * @param rights what this actor has beside the table: an approved request for this version, the right to read as text
 */
export function decideGiveBytes(
  table: CrossingTable,
  actor: Actor,
  file: FileFacts,
  bytes: FileBytes,
  rights: FileRights = {},
): Decision {
  const seen = decideSeeFile(table, actor, file);
  if (seen.kind !== "allow") return seen;
  if (file.isDeleted) return deny(fileRules.gone, owner);
  const ready = decideReady(file, bytes);
  if (ready) return ready;
  const question = { ...file, classification: classOf(file) };
  // What comes from elsewhere is carried in, as a whole or as pictures.
  if (actor.zone === "lgwan" && file.origin !== "lgwan") {
    const carried = askCrossing(table, actor, "carry-in", question);
    if (carried.kind !== "allow") return carried;
  }
  const download = askCrossing(table, actor, "download", question);
  if (bytes !== "content") {
    const pages = askCrossing(table, actor, "open-pages", question);
    if (bytes === "pages" || pages.kind !== "allow") return pages;
    // Whoever may have the contents has their words.
    if (rights.text !== true && download.kind !== "allow")
      return deny(fileRules.onlyTextReaders, rulesOffice);
    return allow(rights.text === true ? fileRules.readsAsText : fileRules.textOfContents);
  }
  if (download.kind === "allow" || rights.carryOut !== true) return download;
  return askCrossing(table, actor, "carry-out", question);
}

function decideReady(file: FileFacts, bytes: FileBytes): Decision | undefined {
  if (file.state === "refused") return deny(fileRules.refused, itDivision);
  if (file.state === "held") return deny(fileRules.held, itDivision);
  if (file.state !== "released") return deny(fileRules.notChecked, itDivision);
  if (bytes === "content" || file.pages === "ready") return undefined;
  return deny(file.pages === "making" ? fileRules.pagesBeingMade : fileRules.noPages, owner);
}

/** Asking for the contents where one may only see pages. Whoever may download needs no request. */
export function decideRequestCarryOut(table: CrossingTable, actor: Actor, file: FileFacts): Decision {
  const seen = decideSeeFile(table, actor, file);
  if (seen.kind !== "allow") return seen;
  if (file.isDeleted) return deny(fileRules.gone, owner);
  const ready = decideReady(file, "content");
  if (ready) return ready;
  if (decideGiveBytes(table, actor, file, "content").kind === "allow")
    return deny(fileRules.downloadsAnyway, owner);
  return askCrossing(table, actor, "carry-out", { ...file, classification: classOf(file) });
}

/** Name, place, class, new versions, the bin. */
export function decideChangeFile(table: CrossingTable, actor: Actor, file: FileFacts): Decision {
  const seen = decideSeeFile(table, actor, file);
  if (seen.kind !== "allow") return seen;
  if (!file.room!.mayPost) return deny(fileRules.cannotPost, owner);
  return file.uploadedBy === actor.personId || file.room!.role === "owner"
    ? allow(fileRules.memberChanges)
    : deny(fileRules.onlyUploaderChanges, owner);
}

/** Bringing a file into a room, from where the actor is. */
export function decideUpload(
  table: CrossingTable,
  actor: Actor,
  room: FileRoom | undefined,
  classification: FileClass | null,
): Decision {
  if (!room?.role) return hidden(fileRules.notMember);
  if (!room.mayPost) return deny(fileRules.cannotPost, owner);
  if (
    classification !== null &&
    room.classification !== "unknown" &&
    isStricter(room.classification, classification)
  )
    return deny(fileRules.onlyStricter, owner);
  const crossing = askCrossing(table, actor, "upload", {
    room,
    classification: classOf({ room, classification }),
    origin: actor.zone,
  });
  return crossing;
}

/** A room's library: its list, its folders. */
export function decideSeeLibrary(table: CrossingTable, actor: Actor, room: FileRoom | undefined): Decision {
  if (!room?.role) return hidden(fileRules.notMember);
  return askCrossing(table, actor, "read", { room, classification: room.classification, origin: null });
}

/** Folders: whoever may post. */
export function decideChangeFolders(
  table: CrossingTable,
  actor: Actor,
  room: FileRoom | undefined,
): Decision {
  const seen = decideSeeLibrary(table, actor, room);
  if (seen.kind !== "allow") return seen;
  return room!.mayPost ? allow(fileRules.memberUploads) : deny(fileRules.cannotPost, owner);
}
