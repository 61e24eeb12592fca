import { modules } from "./architecture.mjs";

/**
 * The import rules at error level, made from architecture.mjs. Every rule has a good and a bad line in
 * tests/architecture/imports.test.ts, so that a rule that stops biting is noticed.
 */
const literally = (path) => path.replaceAll("/", "\\/").replaceAll(".", "\\.");
const inside = (path) => `^${literally(path)}/`;
const feature = modules.filter(({ path }) => /^(core|capabilities|packs)\//.test(path));

/** A module may use what its entry names, `shared`, and itself. */
const declaredUses = modules
  .filter(({ uses, path }) => !uses.includes("*") && path !== "shared")
  .map(({ path, uses }) => ({
    name: `declared-uses-of-${path.replaceAll("/", "-")}`,
    comment: `architecture.mjs says what ${path} may use: ${uses.join(", ") || "nothing"}.`,
    severity: "error",
    from: { path: inside(path), pathNot: `${inside(path)}web/` },
    to: {
      path: "^(core|capabilities|packs|server|cli|web)/",
      pathNot: [path, ...uses].map(inside),
    },
  }));

/** A module is entered only through its doors. */
const doors = feature.map(({ path }) => ({
  name: `door-of-${path.replaceAll("/", "-")}`,
  comment: `Enter ${path} through index.ts, contract.ts, web/index.ts or web/early.ts.`,
  severity: "error",
  from: { path: "^(core|capabilities|packs|server|cli|web)/", pathNot: inside(path) },
  to: {
    path: inside(path),
    pathNot: `${inside(path)}(index|contract|publish|web/index|web/early|embedded/index)\\.tsx?$`,
  },
}));

export default {
  forbidden: [
    {
      name: "shared-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(core|capabilities|packs|server|cli|web|tests)/" },
    },
    ...declaredUses,
    ...doors,
    {
      name: "web-stays-on-its-side",
      comment: "The browser's code uses shared, contracts and other web code, never the server's.",
      severity: "error",
      from: { path: "^web/|/web/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^(core|capabilities|packs|server|cli)/", pathNot: "/(contract\\.ts$|web/)" },
    },
    {
      name: "server-does-not-import-web",
      severity: "error",
      from: { path: "^(core|capabilities|packs|server|cli)/", pathNot: "/web/" },
      to: { path: "^web/|/web/" },
    },
    {
      name: "kit-knows-no-feature",
      severity: "error",
      from: { path: "^web/kit/" },
      to: { path: "^(web/shell/|capabilities/|packs/)", pathNot: "contract\\.ts$" },
    },
    {
      name: "packs-never-import-packs",
      severity: "error",
      from: { path: "^packs/([^/]+)/" },
      to: { path: "^packs/", pathNot: "^packs/$1/" },
    },
    {
      name: "only-actions-publish-events",
      comment: "A write, its audit entry and its event are one function under actions/.",
      severity: "error",
      from: { path: "^(core|capabilities|packs)/", pathNot: "/actions/|^core/realtime/|/web/|\\.test\\.ts$" },
      to: { path: "^core/realtime/publish\\.ts$" },
    },
    {
      name: "only-core-db-imports-the-driver",
      severity: "error",
      from: { path: "^(core|capabilities|packs|server|cli|web|shared)/", pathNot: "^core/db/" },
      to: { path: "node_modules/(pg|kysely)/" },
    },
    {
      name: "only-core-http-imports-the-framework",
      severity: "error",
      from: { path: "^(core|capabilities|packs|server|cli|web|shared)/", pathNot: "^core/http/" },
      to: { path: "node_modules/(fastify|@fastify|ws)/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: { path: "^(shared|core|capabilities|packs|server|cli|web)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "production-does-not-import-tests",
      severity: "error",
      from: { path: "^(shared|core|capabilities|packs|server|cli|web)/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^tests/" },
    },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^virtual:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|data|docs|\\.cache)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
