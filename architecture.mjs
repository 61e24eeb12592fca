/**
 * The one list of modules and whom each may use. The import checker (.dependency-cruiser.mjs) reads it at error level,
 * and docs/architecture/overview.md prints it. A module may name only modules that stand above it in this list,
 * is entered only through its `index.ts`, `contract.ts` or `web/index.ts`, and says here why it needs what it uses.
 */
export const modules = [
  {
    path: "shared",
    uses: [],
    purpose: "Loaded on both sides: ids, text, time, error codes. Imports nothing of ours.",
  },
  { path: "core/kernel", uses: [], purpose: "AppError, clock, logger." },
  {
    path: "core/db",
    uses: ["core/kernel"],
    purpose: "transaction(scope), pool, migrations, embedded PostgreSQL. Only importer of the driver.",
  },
  {
    path: "core/jobs",
    uses: ["core/kernel", "core/db"],
    purpose: "Work that happens later: tasks asked for in a transaction, schedules by the clock.",
  },
  {
    path: "core/sanitise",
    uses: ["core/kernel"],
    purpose: "Files made harmless: identified by content, scanned, treated, shown as pages, marked.",
  },
  { path: "core/policy", uses: ["core/kernel"], purpose: "Actor, decision with a reason." },
  { path: "core/zones", uses: ["core/kernel"], purpose: "Network zones and their listeners' settings." },
  {
    path: "core/audit",
    uses: ["core/kernel", "core/db", "core/policy"],
    purpose: "Append-only, hash-chained record of who did what by which rule.",
  },
  {
    path: "core/realtime",
    uses: ["core/kernel", "core/db", "core/policy"],
    purpose: "publish(), sealer, stream log, dispatcher, catch-up.",
  },
  {
    path: "core/http",
    uses: ["core/kernel", "core/db", "core/policy", "core/zones"],
    purpose: "defineRoute(), problem+json, OpenAPI, WebSocket. Only importer of the HTTP framework.",
  },
  {
    path: "core/identity",
    uses: [
      "core/kernel",
      "core/db",
      "core/policy",
      "core/zones",
      "core/audit",
      "core/realtime",
      "core/http",
      "core/jobs",
    ],
    purpose: "Municipalities, sections, people, accounts, devices, sign-in.",
  },
  {
    path: "core/crossing",
    uses: [
      "core/kernel",
      "core/db",
      "core/policy",
      "core/audit",
      "core/realtime",
      "core/http",
      "core/jobs",
      "core/identity",
    ],
    purpose: "What may cross between zones: the table of rules, and the function that decides by it.",
  },
  {
    path: "core/reach",
    uses: [
      "core/kernel",
      "core/db",
      "core/policy",
      "core/audit",
      "core/realtime",
      "core/http",
      "core/jobs",
      "core/identity",
    ],
    purpose: "Being reached: status, what somebody is told about, waking their devices.",
  },
  {
    path: "core/rules",
    uses: [
      "core/kernel",
      "core/db",
      "core/policy",
      "core/audit",
      "core/realtime",
      "core/http",
      "core/jobs",
      "core/identity",
    ],
    purpose: "Operating rules (運用ルール): versions, agreement before work, who has not agreed.",
  },
  {
    path: "core/licences",
    uses: ["core/kernel", "core/db", "core/policy", "core/audit", "core/http", "core/identity"],
    purpose: "Accounts as licences: bought, used, and what they cost by dated prices.",
  },
  {
    path: "capabilities/chat",
    uses: [
      "core/kernel",
      "core/db",
      "core/policy",
      "core/audit",
      "core/realtime",
      "core/http",
      "core/identity",
      "core/crossing",
      "core/reach",
    ],
    purpose: "Rooms, messages, read positions.",
  },
  { path: "server", uses: ["*"], purpose: "Assembles the modules, starts listeners and workers." },
  { path: "cli", uses: ["*"], purpose: "Operators' commands." },
];

/** The web's own layers, from the floor up; `web/kit` may use only `shared` and contracts. */
export const webLayers = ["web/kit", "*/web", "web/shell"];
