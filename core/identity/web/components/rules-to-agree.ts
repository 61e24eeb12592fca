/** The operating rules as a refused sign-in carries them. */
export type RulesToAgree = { title: string; version: number; body: string; token: string };

export function rulesToAgree(facts: Readonly<Record<string, unknown>>): RulesToAgree {
  const words = (name: string) => (typeof facts[name] === "string" ? facts[name] : "");
  return {
    title: words("title"),
    version: Number(facts.version ?? 0),
    body: words("body"),
    token: words("agreementToken"),
  };
}
