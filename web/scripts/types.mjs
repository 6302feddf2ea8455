// Writes shared/contract.ts from the server's schemas: `npm run types`, after the server's models changed.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const ROOT = new URL("../../", import.meta.url).pathname;

function read(command, ...args) {
  const options = { cwd: ROOT, env: { ...process.env, PYTHONPATH: ROOT }, maxBuffer: 64 << 20 };
  const text = execFileSync(`${ROOT}.venv/bin/${command}`, args, options).toString();
  // Both namespaces have a SendMessage; pydantic tells them apart by their module.
  return JSON.parse(text.replace(/channels__web__payloads__/g, "Visitor").replace(/handoff__desk__payloads__/g, "Agent"));
}

/** The server sends every field, defaults included, so readers need not ask whether it is there; but for the marked. */
function requireEverything(definitions) {
  for (const definition of Object.values(definitions)) {
    const properties = Object.entries(definition.properties ?? {});
    if (properties.length) definition.required = properties.filter(([, each]) => !each["x-left-out"]).map(([name]) => name);
  }
}

/** Types have no use for field titles, and open objects only where the server says so. */
function tidy(node) {
  if (Array.isArray(node)) return node.forEach(tidy);
  if (node === null || typeof node !== "object") return;
  for (const property of Object.values(node.properties ?? {})) delete property.title;
  if (node.properties) node.additionalProperties ??= false;
  Object.values(node).forEach(tidy);
}

const sockets = read("bangban", "schema");
const http = read("python", "web/scripts/schema.py");
const commanded = new Set(Object.values(sockets.commands).flatMap((each) => Object.values(each)));
const pushed = Object.fromEntries(Object.entries(sockets.$defs).filter(([name]) => !commanded.has(name)));
const answers = { ...pushed, ...http.answers };
requireEverything(answers);
const definitions = { ...http.bodies, ...sockets.$defs, ...answers };
tidy(definitions);
// The compiler names types by their titles.
for (const [name, definition] of Object.entries(definitions)) definition.title = name;

const body = await compile(
  { title: "Definitions", type: "object", properties: {}, additionalProperties: false, $defs: definitions },
  "Definitions",
  {
    bannerComment: "",
    unreachableDefinitions: true,
    unknownAny: true,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 110 },
  },
);

const entries = (map) => Object.entries(map).map(([name, model]) => `  "${name}": ${model};`).join("\n");

const output = `// Made by \`npm run types\` from the server's schemas. Do not edit.
${body
  .replace(/export interface Definitions \{\}\n?/, "")
  .replace(/\/\*\*\n \* This interface was referenced by[\s\S]*?\*\/\n/g, "")
  .replace(/\n \*\n \* This interface was referenced by[\s\S]*?(?=\n \*\/)/g, "")
  .trim()}

/** What the server pushes: the payload's type follows from the event's name. */
export interface ServerEvents {
${entries(sockets.events)}
}

/** What may be commanded on /visitor, and with what. */
export interface VisitorPayloads {
${entries(sockets.commands.VisitorNamespace)}
}

/** What may be commanded on /agent, and with what. */
export interface AgentPayloads {
${entries(sockets.commands.AgentNamespace)}
}
`;
writeFileSync(new URL("../shared/contract.ts", import.meta.url), output);
console.log("shared/contract.ts written");
