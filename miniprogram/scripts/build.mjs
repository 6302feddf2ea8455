// Builds dist/, which WeChat's tool opens: TypeScript bundled with esbuild, the rest copied. What several components
// use is one file (components/bangban-chat/core.js), so that the folder of the component stands for itself.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export const root = fileURLToPath(new URL("..", import.meta.url));
const web = join(root, "../web");
const CORE = join(root, "src/components/bangban-chat/core.ts");
const COPIED = /\.(json|wxml|wxss|wxs|png|svg)$/;
// Syntax that phones with base library 2.32.3 (the first with the privacy popup) know; what names are missing its own
// core-js adds (developers.weixin.qq.com/miniprogram/dev/framework/runtime/js-support.html).
const TARGET = ["es2018"];
const LIMIT_KB = 2048; // of a main package
const packageFile = (path) => join(root, "node_modules", path);

/** The components' shared code is asked for where it lies beside them. */
const sharedCore = {
  name: "shared-core",
  setup({ onResolve }) {
    onResolve({ filter: /(^|\/)(core|settings)$/ }, ({ path, resolveDir, kind }) => {
      if (kind === "entry-point" || !path.startsWith(".")) return undefined;
      return { path, external: true, namespace: resolveDir };
    });
  },
};

export const options = {
  bundle: true,
  format: "cjs",
  platform: "browser",
  target: TARGET,
  charset: "utf8",
  alias: {
    "@shared": join(web, "shared"),
    "@widget": join(web, "widget"),
    // Vue's state without its pages: the widget's own session runs on it.
    vue: packageFile("@vue/runtime-core/dist/runtime-core.esm-bundler.js"),
    marked: packageFile("marked/lib/marked.esm.js"),
    "socket.io-client": packageFile("socket.io-client/build/esm/index.js"),
  },
  inject: [join(root, "src/chat/runtime.ts")],
  define: {
    "process.env.NODE_ENV": '"production"',
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  logLevel: "warning",
};

export function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

export async function buildInto(out) {
  rmSync(out, { recursive: true, force: true });
  const sources = filesOf(join(root, "src"));
  // A page or component is a .ts file beside a .json of its name.
  const entries = sources.filter((path) => path.endsWith(".ts") && sources.includes(path.replace(/ts$/, "json")));
  const alone = [CORE, join(root, "src/settings.ts")];
  const into = { ...options, outdir: out, outbase: join(root, "src"), minify: true };
  await build({ ...into, entryPoints: alone });
  await build({ ...into, inject: [], entryPoints: entries, plugins: [sharedCore] });
  for (const path of sources.filter((each) => COPIED.test(each))) {
    const to = join(out, relative(join(root, "src"), path));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = join(root, "dist");
  await buildInto(out);
  const sizes = filesOf(out).map((path) => ({ path: relative(out, path), bytes: statSync(path).size, gzip: gzipSync(readFileSync(path)).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  const core = sizes.find(({ path }) => path.endsWith("core.js"));
  console.log(`dist: ${total.toFixed(0)} KB of ${LIMIT_KB} KB, of it core.js ${(core.bytes / 1024).toFixed(0)} KB (${(core.gzip / 1024).toFixed(0)} KB gzip)`);
  if (total > LIMIT_KB) {
    console.error("the package is larger than WeChat takes as a main package");
    process.exit(1);
  }
}
