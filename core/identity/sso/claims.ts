/** What a provider has said of somebody. */
export type Claims = { subject: string; values: Readonly<Record<string, unknown>> };
