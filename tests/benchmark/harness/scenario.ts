import type { Driver } from "./driver.ts";

/** What one run of a scenario found. */
export type Measured = {
  /** The numbers that are compared, in the scenario's order. */
  figures: Record<string, number>;
  /** Deliveries that never came, and that came more than once. Both must be 0. */
  lost: number;
  doubled: number;
  /** Acknowledged messages that the archive does not hold. Must be 0. */
  missingInArchive: number;
  details: Record<string, unknown>;
};

export type Scenario = {
  name: string;
  about: string;
  /** Accounts that the server must have. */
  users: number;
  /** It makes them itself, with rooms of its own plan. */
  makesPeople?: boolean;
  run(driver: Driver): Promise<Measured>;
};
