// The tree articles are filed in: one copy for the console, as the rows a tree shows.

import type { CategoryRead } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import { categories as api } from "../api";

export interface CategoryRow extends CategoryRead {
  level: number;
  children: boolean;
  expanded: boolean;
}

const nodes = shallowRef<CategoryRead[]>([]);
const folded = ref(new Set<string>());

/** The rows that are visible: below a folded node there are none. The server sends every node before its children. */
export function rowsOf(all: CategoryRead[], hidden: ReadonlySet<string>): CategoryRow[] {
  const rows: CategoryRow[] = [];
  const levels = new Map<string, number>();
  for (const node of all) {
    if (node.parent_id !== null && (hidden.has(node.parent_id) || !levels.has(node.parent_id))) continue;
    const level = node.parent_id === null ? 0 : (levels.get(node.parent_id) ?? 0) + 1;
    levels.set(node.id, level);
    const children = all.some((other) => other.parent_id === node.id);
    rows.push({ ...node, level, children, expanded: children && !hidden.has(node.id) });
  }
  return rows;
}

export function useCategories() {
  async function load(): Promise<void> {
    nodes.value = await api.list();
  }

  async function changed<T>(action: Promise<T>): Promise<T> {
    const result = await action;
    await load();
    return result;
  }

  return {
    nodes,
    rows: computed(() => rowsOf(nodes.value, folded.value)),
    load,
    fold(id: string, shut: boolean): void {
      const next = new Set(folded.value);
      if (shut) next.add(id);
      else next.delete(id);
      folded.value = next;
    },
    add: (name: string, parent: string | null) => changed(api.create(name, parent)),
    rename: (id: string, name: string) => changed(api.change(id, { name })),
    move: (id: string, parent: string | null) => changed(api.change(id, { parent_id: parent })),
    place: (id: string, position: number) => changed(api.change(id, { position })),
    remove: (id: string) => changed(api.remove(id)),
  };
}
