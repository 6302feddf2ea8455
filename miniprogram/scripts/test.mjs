// Builds the package and the tests into a folder of their own, then runs the tests with Node's runner.
// `node scripts/test.mjs NAME...` runs only tests/NAME.test.ts; `--live` builds tests/live.ts for tests/integration.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildInto, options, root } from "./build.mjs";

const into = join(root, "node_modules/.cache/bangban-tests");
const wanted = process.argv.slice(2).filter((each) => !each.startsWith("-"));
const live = process.argv.includes("--live");

rmSync(into, { recursive: true, force: true });
await buildInto(join(into, "dist"));
const names = live
  ? ["live.ts"]
  : readdirSync(join(root, "tests")).filter((name) => name.endsWith(".test.ts") && (!wanted.length || wanted.includes(name.replace(".test.ts", ""))));
await build({
  entryPoints: names.map((name) => join(root, "tests", name)),
  outdir: join(into, "tests"),
  bundle: true,
  platform: "node",
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  alias: options.alias,
  define: { ...options.define, __DIST__: JSON.stringify(join(into, "dist")), __ROOT__: JSON.stringify(root) },
  external: ["jsdom", "miniprogram-simulate", "j-component", "ws"],
  logLevel: "warning",
});
const built = names.map((name) => join(into, "tests", name.replace(/ts$/, "cjs")));
if (live) console.log(built[0]);
else process.exit(spawnSync(process.execPath, ["--test", "--test-reporter=spec", "--test-force-exit", "--test-timeout=30000", ...built], { stdio: "inherit", cwd: root }).status ?? 1);
