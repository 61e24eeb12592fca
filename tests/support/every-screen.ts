import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The name of every screen, read from the source: addresses of the router that show something, parts of the settings and of 「管理」, what is
 * drawn before one is signed in, and everything that opens over or beside a page (a dialog, a panel, a sheet).
 */
export function listScreens(): string[] {
  const sources = ["web", "core", "capabilities", "packs"].flatMap(listWebSources);
  return [...new Set([...addresses(), ...sections(sources), ...parts(sources)])].sort();
}

type Source = { path: string; words: string };

function listWebSources(folder: string): Source[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts"))
      .filter((path) => /[\\/]web[\\/]/.test(path))
      .map((path) => ({ path, words: readFileSync(path, "utf8") }));
  } catch {
    return [];
  }
}

/** `/rooms/$roomId` and the like; an address that only leads to another one shows nothing. */
function addresses(): string[] {
  const router = readFileSync(join(root, "web/shell/router.tsx"), "utf8");
  return router
    .split("createRoute({")
    .slice(1)
    .map((words) => words.slice(0, words.indexOf("});") + 1))
    .filter(
      (words) => !words.includes("throw redirect") && !/"\/(settings|administration)\/\$section"/.test(words),
    )
    .flatMap((words) => /path: "([^"]+)"/.exec(words)?.[1] ?? []);
}

/** Each part of the settings has the address `/settings/<id>`; what needs an office stands at `/administration/<id>`. */
function sections(sources: readonly Source[]): string[] {
  return sources
    .filter(({ words }) => /\b(settings|administration)Sections?\b/i.test(words))
    .flatMap(({ words }) => [...words.matchAll(/\bid: "([a-z-]+)",\s+title: (.*?)\bload: /gs)])
    .map(([, id, facts]) => `/${/\boffices: /.test(facts!) ? "administration" : "settings"}/${id}`);
}

/** Named as their file: whoever makes a dialog, a panel or a sheet of its own, and the pages before one is signed in. */
function parts(sources: readonly Source[]): string[] {
  return sources
    .filter(
      ({ path, words }) =>
        /-(dialogs?|panel|pane|sheet)\.tsx$/.test(path) ||
        /[\\/](sign-in-page|set-up-page|set-up-done|demo-picker)\.tsx$/.test(path) ||
        /<(Dialog|ModalOverlay)\b/.test(words),
    )
    .filter(({ path }) => !path.includes("web/kit/"))
    .map(({ path }) => basename(path, ".tsx"));
}
