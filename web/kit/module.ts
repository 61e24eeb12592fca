/** How the shell and the modules meet. Each module's `web/index.ts` exports one of these. */
import type { ComponentType, ReactNode } from "react";
import type { Me, Office } from "#core/identity/contract.ts";
import type { Match } from "#shared/match-words.ts";
import type { DeviceStore } from "./device/device-store.ts";
import type { Store } from "./state/store.ts";
import type { Connection, StreamEvent } from "./sync/sync-client.ts";

/** What a module gets when somebody has signed in. */
export type Session = {
  me: Me;
  device: DeviceStore;
  connection: Store<Connection>;
  line: Line;
};

/** What goes beside the stream: frames without a position, true only now (docs/architecture/stream.md). */
export type Line = {
  /** Says something when there is a line; else it is left unsaid. */
  say: (frame: object) => void;
  hear: (handler: (frame: { type: string }) => void) => () => void;
};

/** Something that the quick switcher can go to. */
export type Jump = {
  /** Unique among all jumps. */
  id: string;
  kind: "room" | "person" | "section" | "command";
  title: string;
  /** A few words beside the title: a section, a post, a key. */
  note?: string;
  picture: ReactNode;
  /** How many messages wait there, and whether one of them names the reader. */
  unread?: number;
  isMentioned?: boolean;
  /** Greater is nearer to hand; among equally good answers the nearest comes first. */
  nearness: number;
  match: Match;
  /** Does what the jump is for, and gives the address to go to, if there is one. */
  open: () => string | undefined | Promise<string | undefined>;
};

/** What a module offers to the quick switcher. */
export type JumpSource = {
  /**
   * What answers the words among what is on this side; everything worth showing first when there are none.
   * `readingOf` gives the kana of a name in which sections are named (`財政課 連絡` → `ざいせいか 連絡`).
   */
  list: (words: string, readingOf: (name: string) => string) => readonly Jump[];
  /** What the server knows beside it. */
  search?: (words: string, signal: AbortSignal) => Promise<readonly Jump[]>;
};

/** A module at work for a signed-in account. */
export type RunningModule = {
  /** Gives the module's state to the screens below it. */
  Provider: ComponentType<{ children: ReactNode }>;
  /** Fetches everything that this module's events change. */
  takeSnapshot: (signal: AbortSignal) => Promise<void>;
  /** Applies those of the events that are this module's, in order. */
  applyEvents: (events: readonly StreamEvent[]) => void;
  /** What is waiting for the reader, for the title and the rail. */
  waiting: Store<number>;
  /** How many things wait for the reader to do something about them (自分への対応待ち). */
  duties: Store<number>;
  /** Loaded when the quick switcher is opened first. */
  loadJumps?: () => Promise<JumpSource>;
  /** How many messages and the like would be lost if the device forgot this account now. */
  countUnsent: () => number;
  stop: () => void;
};

/** What a part of the settings is given to draw itself. It stands inside the modules' Providers. */
export type SettingsProps = { me: Me };

/** A part of the settings page, at /settings/<id>. Its page is loaded when it is opened. */
export type SettingsSection = {
  /** The end of its address. */
  id: string;
  title: () => string;
  /** A few words under the title in the list. */
  about: () => string;
  icon: ComponentType<{ size?: number }>;
  /** For whom it is there; everybody when left out. */
  isShown?: (me: Me) => boolean;
  load: () => Promise<{ default: ComponentType<SettingsProps> }>;
};

/** A part of 「管理」, at /administration/<id>. */
export type AdministrationSection = Omit<SettingsSection, "isShown"> & {
  /** Whoever holds one of these offices may open it; every administrator where there is none. The server decides. */
  offices: readonly Office[];
};

export type WebModule = {
  name: string;
  /** Parts that the module adds to 「管理」. */
  administrationSections?: readonly AdministrationSection[];
  /** Parts that the module adds to the settings page. */
  settingsSections?: readonly SettingsSection[];
  start: (session: Session) => RunningModule;
};
