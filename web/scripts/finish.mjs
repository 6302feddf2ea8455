// Last step of `npm run build`: put the pages beside the widget, hold the widget to its size, and compress everything
// once, so that the server need not (app/pages.py).
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 70; // What a citizen on a slow line waits for: the button's script and the first view behind it.
const COMPRESSED = /\.(js|css|html|svg|json|ts)$/;
const WORTH_BYTES = 1000;

copyFileSync("demo/index.html", "dist/demo.html");
copyFileSync("demo/preview.html", "dist/widget/preview.html");
copyFileSync("widget/bangban.d.ts", "dist/widget/bangban.d.ts");

const files = readdirSync("dist", { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile())
  .map((each) => `${each.parentPath}/${each.name}`);
// widget.js and the pages are built into a folder that is not emptied.
for (const path of files.filter((path) => path.endsWith(".gz"))) rmSync(path);
for (const path of files.filter((path) => COMPRESSED.test(path))) {
  const data = readFileSync(path);
  if (data.length >= WORTH_BYTES) writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }));
}

const kilobytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length / 1024;
// The build's pointer to the window; nobody fetches it.
for (const name of readdirSync("dist/widget").filter((name) => /^app-/.test(name))) rmSync(`dist/widget/${name}`);
const parts = readdirSync("dist/widget").filter((name) => name.endsWith(".js"));
const first = parts.filter((name) => /^(first|rolldown-runtime)-/.test(name));
const script = kilobytes("dist/widget.js");
const app = first.reduce((sum, name) => sum + kilobytes(`dist/widget/${name}`), 0);
console.log(`widget.js: ${script.toFixed(1)} KB gzip, with ${first.join(", ")} ${(script + app).toFixed(1)} KB (limit ${LIMIT_KB} KB)`);
for (const name of parts) if (!first.includes(name)) console.log(`  later: ${name} ${kilobytes(`dist/widget/${name}`).toFixed(1)} KB`);
if (script + app > LIMIT_KB) {
  console.error("the widget's first view is over its limit: look for what can be loaded later");
  process.exit(1);
}
