/**
 * Builds the web client into dist/web: hashed names under /assets, everything compressed beforehand, nothing loaded
 * from outside the installation.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

/**
 * `virtual:fonts.css`: Noto Sans JP in two weights, sliced by unicode-range, as woff2 alone. The package's own style
 * sheets name every slice in woff too, which no supported browser asks for and which would double the build.
 */
function fonts(): Plugin {
  const id = "virtual:fonts.css";
  return {
    name: "chonai-fonts",
    resolveId: (source) =>
      source === id ? `${root}/node_modules/@fontsource/noto-sans-jp/${id}` : undefined,
    load(source) {
      if (!source.endsWith(id)) return;
      return [400, 700]
        .map((weight) =>
          readFileSync(join(root, `node_modules/@fontsource/noto-sans-jp/${weight}.css`), "utf8"),
        )
        .join("\n")
        .replaceAll(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, "");
    },
  };
}

/**
 * The service worker lies at the root, under a name that never changes, and knows the files of the shell by name: scripts
 * and styles. Its version is made from these names, which carry hashes of their contents, and from the page.
 */
function serviceWorker(): Plugin {
  return {
    name: "chonai-service-worker",
    apply: "build",
    generateBundle: {
      // Behind the plugins that take empty chunks away: a file that is named must be there.
      order: "post",
      handler(_options, bundle) {
        const files = Object.keys(bundle)
          .filter((name) => /^assets\/.*\.(js|css)$/.test(name))
          .sort()
          .map((name) => `/${name}`);
        const version = createHash("sha256")
          .update(files.join("\n"))
          .update(readFileSync(join(here, "index.html")))
          .digest("hex")
          .slice(0, 12);
        const worker = bundle["service-worker.js"];
        if (worker?.type !== "chunk" || worker.imports.length > 0)
          this.error("the service worker must be one file that imports nothing");
        const told = JSON.stringify(JSON.stringify({ version, files })).slice(1, -1);
        if (!worker.code.includes("__CHONAI_SHELL__"))
          this.error("the service worker does not name its shell");
        worker.code = worker.code.replace(/(["'`])__CHONAI_SHELL__\1/, () => `"${told}"`);
      },
    },
  };
}

/** Leaves a .br and a .gz beside every text file, so that the server compresses nothing while people wait. */
function compressed(): Plugin {
  let out = "";
  return {
    name: "chonai-compressed",
    apply: "build",
    // The launcher builds beside the folder that is served and swaps the two.
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|json|webmanifest)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        const params = {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/**
 * The program's files give way to the style sheet: on a thin line the first picture would else stand behind 200 KB that it does
 * not need. `early` is small, and asks for what the program will show.
 */
function programGivesWay(): Plugin {
  return {
    name: "chonai-program-gives-way",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html.replaceAll(
          /<(?:script type="module"|link rel="modulepreload") crossorigin (?:src|href)="\/assets\/(?!early)/g,
          (tag) => tag.replace(" crossorigin", ' fetchpriority="low" crossorigin'),
        ),
    },
  };
}

/** What the first script of the page consists of (web/shell/early.ts): small, so that it is there long before the rest. */
const early = /\/(early|query|remembered-account)\.ts$/;

/** Modules that the page's entry reaches without a dynamic import: what is needed until the room list can be used. */
const neededAtStart = new Set<string>();

function findNeededAtStart(): Plugin {
  return {
    name: "chonai-needed-at-start",
    buildEnd() {
      const ids = [...this.getModuleIds()].filter(
        (id) => this.getModuleInfo(id)?.isEntry && !id.includes("service-worker"),
      );
      for (const id of ids) {
        if (neededAtStart.has(id)) continue;
        neededAtStart.add(id);
        ids.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    },
  };
}

export default defineConfig({
  root: here,
  publicDir: join(here, "public"),
  plugins: [
    fonts(),
    react(),
    tailwindcss(),
    findNeededAtStart(),
    programGivesWay(),
    serviceWorker(),
    compressed(),
  ],
  resolve: {
    alias: Object.entries({ shared: "shared", core: "core", capabilities: "capabilities", web: "web" }).map(
      ([name, folder]) => ({ find: `#${name}`, replacement: join(root, folder) }),
    ),
  },
  build: {
    outDir: join(root, "dist/web"),
    emptyOutDir: true,
    target: "es2022",
    assetsDir: "assets",
    rollupOptions: {
      input: {
        index: join(here, "index.html"),
        "service-worker": join(here, "shell/service-worker/service-worker.ts"),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js",
        // What is needed until the room list can be used comes in two files, not in sixty: each answer has half a
        // kilobyte of headers, and small files are compressed badly. The library's changes less often than ours.
        codeSplitting: {
          groups: [
            {
              debugName: "start",
              name: (id) => {
                if (!neededAtStart.has(id)) return null;
                if (early.test(id)) return "early";
                return id.includes("node_modules") ? "libraries" : "start";
              },
            },
          ],
        },
      },
    },
    // Inlined fonts and images would be data: URLs, which the policy allows for images alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    // `npx vite -c web/vite.config.ts` against a running server, for work on the screens.
    proxy: {
      "/api": { target: process.env.CHONAI_SERVER ?? "http://127.0.0.1:8080", ws: true, changeOrigin: false },
    },
  },
});
