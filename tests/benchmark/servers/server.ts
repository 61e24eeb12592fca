import type { Driver } from "../harness/driver.ts";

/** A server under test that this run started for itself. */
export type Server = {
  driver: Driver;
  /** What was measured: versions and the settings that matter. */
  versions: Record<string, string>;
  settings: string;
  /** Its last words: what it logged, shown when something was lost. */
  output(): string;
  stop(): Promise<void>;
};
