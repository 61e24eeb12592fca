/** What a provider has said of somebody. */
export type Claims = {
  subject: string;
  values: Readonly<Record<string, unknown>>;
  /** Its own name for the session there, by which it ends it here too. */
  session?: string;
};
