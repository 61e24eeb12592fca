/** How the shell and the modules meet. Each module's `web/index.ts` exports one of these. */
import type { ComponentType, ReactNode } from "react";
import type { Me } from "#core/identity/contract.ts";
import type { DeviceStore } from "./device/device-store.ts";
import type { Store } from "./state/store.ts";
import type { Connection, StreamEvent } from "./sync/sync-client.ts";

/** What a module gets when somebody has signed in. */
export type Session = {
  me: Me;
  device: DeviceStore;
  connection: Store<Connection>;
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

export type WebModule = {
  name: string;
  /** Parts that the module adds to the settings page. */
  settingsSections?: readonly SettingsSection[];
  start: (session: Session) => RunningModule;
};
