// Last step of `npm run build`: put the demo page beside the widget, and hold the widget to its size.
import { copyFileSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 70; // A citizen on a slow line waits for this before the bubble shows.

copyFileSync("demo/index.html", "dist/demo.html");
const kb = gzipSync(readFileSync("dist/widget.js")).length / 1024;
console.log(`widget.js: ${kb.toFixed(1)} KB gzip (limit ${LIMIT_KB} KB)`);
if (kb > LIMIT_KB) {
  console.error("widget.js is over its limit: look for a new dependency in widget/ or shared/");
  process.exit(1);
}
