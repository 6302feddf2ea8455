// Last step of `npm run build`: put the demo page beside the widget, and hold the widget to its size.
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 70; // What a citizen on a slow line waits for: the button's script and the first view behind it.

copyFileSync("demo/index.html", "dist/demo.html");
const kilobytes = (path) => gzipSync(readFileSync(path)).length / 1024;
const script = kilobytes("dist/widget.js");
const app = kilobytes("dist/widget/app.js");
const later = readdirSync("dist/widget").filter((name) => name !== "app.js");
console.log(`widget.js: ${script.toFixed(1)} KB gzip, with app.js ${(script + app).toFixed(1)} KB (limit ${LIMIT_KB} KB)`);
for (const name of later) console.log(`  later: ${name} ${kilobytes(`dist/widget/${name}`).toFixed(1)} KB`);
if (script + app > LIMIT_KB) {
  console.error("the widget's first view is over its limit: look for what can be loaded later");
  process.exit(1);
}
