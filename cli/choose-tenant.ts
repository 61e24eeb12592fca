import type { Tenants } from "#core/identity/index.ts";
import { OperatorError } from "#core/kernel/index.ts";

/** The municipality that a command is about: the one that is named, or the only one. */
export async function chooseTenant(tenants: Tenants, slug: string | undefined) {
  const all = await tenants.list();
  const chosen =
    slug === undefined ? (all.length === 1 ? all[0] : undefined) : all.find((each) => each.slug === slug);
  if (chosen) return chosen;
  const slugs = all.map((each) => each.slug).join(", ");
  throw new OperatorError({
    ja: `自治体を --tenant で指定してください（${slugs}）。`,
    en: `Say with --tenant which municipality is meant (${slugs}).`,
  });
}
