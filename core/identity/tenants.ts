import { build, type Database, installationScope } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";

export type Tenant = {
  id: string;
  slug: string;
  name: string;
  hostNames: readonly string[];
  isDemo: boolean;
  operatorRequired: boolean;
};

/** The municipalities of this installation: few, read often, changed hardly ever. */
export class Tenants {
  readonly #database: Database;
  readonly #clock: Clock;
  #known: { tenants: readonly Tenant[]; askAgainAt: number } | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async list(): Promise<readonly Tenant[]> {
    const now = this.#clock.now().getTime();
    if (this.#known && now < this.#known.askAgainAt) return this.#known.tenants;
    const rows = await this.#database.transaction(installationScope, (tx) =>
      tx.all(build.selectFrom("tenant").selectAll().orderBy("slug")),
    );
    const tenants = rows.map((row) => ({
      id: row.id,
      slug: row.slug,
      name: row.name,
      hostNames: row.host_names,
      isDemo: row.is_demo,
      operatorRequired: row.operator_required,
    }));
    this.#known = { tenants, askAgainAt: now + (tenants.length === 0 ? 500 : 5000) };
    return tenants;
  }

  /** One that was made a moment ago, perhaps by another node or a command. */
  async #readNew(slug: string): Promise<Tenant | undefined> {
    this.forget();
    return (await this.list()).find((tenant) => tenant.slug === slug);
  }

  /** Whether a municipality exists; one that was made a moment ago, wherever, does too. */
  async has(tenantId: string): Promise<boolean> {
    if ((await this.list()).some((tenant) => tenant.id === tenantId)) return true;
    const row = await this.#database.transaction(installationScope, (tx) =>
      tx.first(build.selectFrom("tenant").select("id").where("id", "=", tenantId)),
    );
    if (!row) return false;
    this.forget();
    return true;
  }

  forget(): void {
    this.#known = undefined;
  }

  /** Those that a request may mean that names none: the one of its host name, else all of them. */
  async listMeant(host: string): Promise<readonly Tenant[]> {
    const tenants = await this.list();
    const name = host.replace(/:\d+$/, "").toLowerCase();
    const byHost = tenants.find((tenant) => tenant.hostNames.includes(name));
    return byHost ? [byHost] : tenants;
  }

  /** The municipality that a request means: by its host name, else by the slug it names, else the only one. */
  async choose(host: string, slug: string | undefined): Promise<Tenant> {
    // The first one may have been made a moment ago: whoever is let in next must not be told that there is none.
    if ((await this.list()).length === 0) this.forget();
    const tenants = await this.list();
    const name = host.replace(/:\d+$/, "").toLowerCase();
    const byHost = tenants.find((tenant) => tenant.hostNames.includes(name));
    if (byHost) return byHost;
    if (slug !== undefined) {
      const bySlug = tenants.find((tenant) => tenant.slug === slug) ?? (await this.#readNew(slug));
      if (!bySlug) throw new AppError("tenant-required");
      return bySlug;
    }
    const only = tenants.length === 1 ? tenants[0] : undefined;
    if (!only) throw new AppError("tenant-required");
    return only;
  }
}
