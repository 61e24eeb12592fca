import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeApi, type Route } from "#core/http/index.ts";
import { errorCodes } from "#shared/error-codes.ts";
import { allRoutes } from "#tests/support/all-routes.ts";
// @ts-expect-error: configuration in plain JavaScript
import { modules } from "../../architecture.mjs";

/**
 * The parts of the documents that are printed from the code. A page holds them between
 * `<!-- printed: NAME -->` and `<!-- end -->`; `npm run docs` writes them and a test notices a page that is behind.
 */
export const repository = fileURLToPath(new URL("../../", import.meta.url));

export const openApiFile = "docs/api/openapi.json";

type Module = { path: string; uses: readonly string[]; purpose: string };

/** What is printed, by the name that stands in the page. */
export const printed: Record<string, () => string> = {
  modules: () =>
    table(
      ["module", "what it is", "may use"],
      (modules as Module[]).map(({ path, purpose, uses }) => [
        `\`${path}\``,
        purpose,
        uses.includes("*") ? "everything" : uses.map((use) => use.replace("core/", "")).join(", ") || "–",
      ]),
    ),
  errors: () =>
    table(
      ["status", "code", "again?", "what people read", "in English"],
      Object.entries(errorCodes)
        .sort(([, a], [, b]) => a.status - b.status)
        .map(([code, { status, retryable, ja, en }]) => [
          String(status),
          `\`${code}\``,
          retryable ? "yes" : "",
          ja,
          en,
        ]),
    ),
  routes: () =>
    table(
      ["route", "what it does", "who", "a minute / at once", "key"],
      allRoutes().map((route) => [
        `\`${route.method} ${route.path}\``,
        route.summary,
        who(route),
        `${route.limit.perMinute} / ${route.limit.burst}`,
        route.idempotencyKey ? "needed" : "",
      ]),
    ),
  decisions: () =>
    readdirSync(join(repository, "docs/decisions"))
      .filter((name) => /^\d{4}-.*\.md$/.test(name))
      .sort()
      .map((name) => {
        const title = readFileSync(join(repository, "docs/decisions", name), "utf8").match(/^# (.+)/)?.[1];
        return `- [${title}](${name})`;
      })
      .join("\n"),
  licences: () => {
    const byLicence = Map.groupBy(listProductionPackages(), ({ licence }) => licence);
    return table(
      ["licence", "packages", ""],
      [...byLicence]
        .sort(([, a], [, b]) => b.length - a.length)
        .map(([licence, packages]) => [
          licence,
          String(packages.length),
          packages.length > 15 ? "" : packages.map(({ name }) => name).join(", "),
        ]),
    );
  },
};

/** The API's description as it is committed. */
export function printOpenApi(): string {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  return `${JSON.stringify(describeApi(allRoutes(), version), null, 2)}\n`;
}

/** A page with its printed parts renewed. */
export function renew(page: string): string {
  return page.replace(
    /(<!-- printed: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const print = printed[name];
      if (!print) throw new Error(`nothing is printed under the name ${name}`);
      return `${begin}\n${print()}\n\n${end}`;
    },
  );
}

/** Every page of the project, as paths from its root. */
export function listPages(): string[] {
  const under = (folder: string) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  const atRoot = readdirSync(repository).filter((name) => name.endsWith(".md"));
  return [...atRoot, ...under("docs"), ...under("capabilities")].sort();
}

/** Packages that an installation holds, with their licences, from the lock file. */
export function listProductionPackages(): { name: string; licence: string }[] {
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; integrity?: string; license?: string }>;
  };
  const byName = new Map<string, { name: string; licence: string }>();
  for (const [path, { dev, devOptional, integrity, license }] of Object.entries(lock.packages)) {
    // Builds for other systems are entries without contents; they have the licence of their siblings.
    if (path === "" || dev || devOptional || !integrity) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    byName.set(`${name} ${license}`, { name, licence: license ?? "unknown" });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function who({ policy }: Route): string {
  if (policy.kind === "anyone") return `anyone: ${policy.because}`;
  if (policy.kind === "signed-in") return `signed in: ${policy.because}`;
  return `\`${policy.policy}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
