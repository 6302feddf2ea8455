// How the console is cut into files: what every visit needs is one, what the desk needs beside it a second, and what
// asks the server first a tiny one that waits for nothing. Other pages load what is theirs when they are opened.

import type { Plugin } from "vite";

interface Module {
  importedIds: readonly string[];
}
export interface Modules {
  getModuleInfo(id: string): Module | null;
}

const FIRST = /\/console\/(first|api\/ahead|api\/paths)\.ts$|vite\/preload-helper/;
const MAIN = /\/console\/main\.ts$/;
const DESK = /\/console\/views\/DeskView\.vue$/;

/** Everything a module imports, directly or not; `import()` does not count. */
export function reached(from: string, modules: Modules): Set<string> {
  const found = new Set<string>();
  const left = [from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(modules.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** Plugin and groups belong together: the plugin learns where the two roots are, the groups ask it. */
export function chunks() {
  const roots = new Map<RegExp, string>();
  const sets = new Map<RegExp, Set<string>>();

  function has(root: RegExp, id: string, modules: Modules): boolean {
    const at = roots.get(root);
    if (at === undefined) return false;
    const set = sets.get(root) ?? reached(at, modules);
    sets.set(root, set);
    return set.has(id);
  }

  const plugin: Plugin = {
    name: "console-chunks",
    apply: "build",
    buildStart() {
      roots.clear();
      sets.clear();
    },
    moduleParsed({ id }) {
      for (const root of [MAIN, DESK]) if (root.test(id)) roots.set(root, id);
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const first = Object.values(bundle ?? {}).find((each) => each.type === "chunk" && each.name === "first");
        if (!first) throw new Error("the build has no chunk `first`: see vite.chunks.ts");
        // `async`: a module that is not waits for the style sheets.
        const attrs = { type: "module", async: true, crossorigin: true, src: `/console/${first.fileName}` };
        return [{ tag: "script", attrs, injectTo: "head-prepend" as const }];
      },
    },
  };
  const groups = [
    { name: "first", test: FIRST, priority: 3 },
    { name: (id: string, modules: Modules) => (has(MAIN, id, modules) ? "base" : null), priority: 2 },
    { name: (id: string, modules: Modules) => (has(DESK, id, modules) ? "desk" : null), priority: 1 },
  ];
  return { plugin, groups };
}
