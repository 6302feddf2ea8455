// Builds the widget: `npm run build:widget` runs this once a mode, `app` first.
// app: dist/widget/first-<hash>.js, the window, and the parts that are fetched when they are needed.
// embed: dist/widget.js, the classic script a website embeds. page and preview: dist/widget/page.js for our own full
// page (/chat/{inbox}) and preview.js for the console's preview. These fetch the window and keep their names.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type BuildOptions } from "vite";
import { reached, type Modules } from "./vite.chunks.ts";
import { alias, onlyWebSocket, vueFlags } from "./vite.shared.ts";

const entry = (name: string) => fileURLToPath(new URL(`./widget/${name}.ts`, import.meta.url));
const checks = { pluginTimings: false }; // a slow machine is no fault of ours

// What later parts share with the first view stays in it. Left to itself the bundler makes a file of what is shared,
// as soon as a part needs only some of it. `start` keeps its name there; the entry itself is only a pointer to it.
let first: Set<string> | undefined;
const inFirst = (id: string, modules: Modules): boolean => (first ??= reached(entry("app"), modules)).has(id);

const app: BuildOptions = {
  outDir: "dist/widget",
  emptyOutDir: true,
  rolldownOptions: {
    checks,
    input: entry("app"),
    preserveEntrySignatures: "strict",
    output: {
      entryFileNames: "app-[hash].js",
      chunkFileNames: "[name]-[hash].js",
      minifyInternalExports: false,
      codeSplitting: {
        groups: [{ name: (id: string, modules: Modules) => (inFirst(id, modules) ? "first" : null) }],
      },
    },
  },
};

function single(name: string, outDir: string, fileName: string, format: "iife" | "es"): BuildOptions {
  return {
    outDir,
    emptyOutDir: false,
    rolldownOptions: { checks },
    lib: { entry: entry(name), name: "Bangban", formats: [format], fileName: () => fileName },
    minify: true,
  };
}

const builds: Record<string, BuildOptions> = {
  app,
  embed: single("embed", "dist", "widget.js", "iife"),
  page: single("page", "dist/widget", "page.js", "es"),
  preview: single("preview", "dist/widget", "preview.js", "es"),
};

/** What the first of the builds has called the window's script, and what the bundler needs beside it. */
function windowNames(): string[] {
  const names = readdirSync("dist/widget");
  const found = ["first", "rolldown-runtime"].map((name) => names.filter((each) => each.startsWith(`${name}-`) && each.endsWith(".js")));
  if (!found[0]?.length) throw new Error("build the window first: npm run build:widget");
  return found.flat();
}

export default defineConfig(({ mode }) => ({
  plugins: [vue(), onlyWebSocket()],
  resolve: { alias },
  define: {
    ...vueFlags,
    "process.env.NODE_ENV": '"production"',
    ...(mode === "app" ? {} : { __WINDOW__: JSON.stringify(windowNames()) }),
  },
  publicDir: false,
  build: { target: "es2020", modulePreload: false, ...builds[mode] },
}));
