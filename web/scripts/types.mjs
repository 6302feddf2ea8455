// Writes shared/contract.ts from the server's schemas: `npm run types`, after the server's models changed.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const ROOT = new URL("../../", import.meta.url).pathname;
const PYTHON = `${ROOT}.venv/bin/python`;

function readSchema() {
  const run = (command, args) =>
    JSON.parse(
      execFileSync(command, args, {
        cwd: ROOT,
        env: { ...process.env, PYTHONPATH: ROOT },
        maxBuffer: 64 << 20,
        stdio: ["ignore", "pipe", "inherit"],
      }).toString(),
    );
  return existsSync(`${ROOT}app/schema.py`)
    ? run(`${ROOT}.venv/bin/bangban`, ["schema"])
    : run(PYTHON, ["web/scripts/schema.py"]);
}

/** The server sends every field, defaults included, so readers need not ask whether it is there. */
function requireEverything(definitions) {
  for (const definition of Object.values(definitions)) {
    if (!definition.properties) continue;
    definition.required = Object.keys(definition.properties);
    definition.additionalProperties = false;
  }
}

/** Field titles only make needless type names. */
function dropFieldTitles(node) {
  if (Array.isArray(node)) return node.forEach(dropFieldTitles);
  if (node === null || typeof node !== "object") return;
  for (const property of Object.values(node.properties ?? {})) delete property.title;
  Object.values(node).forEach(dropFieldTitles);
}

const schema = readSchema();
const definitions = schema.$defs;
requireEverything(definitions);
dropFieldTitles(definitions);

const body = await compile(
  { title: "Definitions", type: "object", properties: {}, additionalProperties: false, $defs: definitions },
  "Definitions",
  { bannerComment: "", unreachableDefinitions: true, unknownAny: true, ignoreMinAndMaxItems: true, style: { printWidth: 110 } },
);

const events = Object.entries(schema.events)
  .map(([name, model]) => `  "${name}": ${model};`)
  .join("\n");

const output = `// Made by \`npm run types\` from the server's schemas. Do not edit.
${body
  .replace(/export interface Definitions \{\}\n?/, "")
  .replace(/\/\*\*\n \* This interface was referenced by[\s\S]*?\*\/\n/g, "")
  .replace(/\n \*\n \* This interface was referenced by[\s\S]*?(?=\n \*\/)/g, "")
  .trim()}

/** What the server pushes: the payload's type follows from the event's name. */
export interface ServerEvents {
${events}
}
`;
writeFileSync(new URL("../shared/contract.ts", import.meta.url), output);
console.log("shared/contract.ts written");
