// Accounts and departments as administrators see them.

import type { AccountDetail, DepartmentRead } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import { accounts, departments } from "../api";
import { t } from "../i18n";
import { attempt } from "./report";

export const ROLES = ["agent", "handler", "editor", "supervisor", "admin"] as const;
export const SCOPES = ["own", "group", "all"] as const;

export interface DepartmentLine extends DepartmentRead {
  level: number;
}

/** A department below its own, in the order in which they are shown. */
export function asTree(all: DepartmentRead[], parent: string | null = null, level = 0): DepartmentLine[] {
  return all
    .filter((each) => each.parent_id === parent)
    .sort((a, b) => a.name.localeCompare(b.name, "zh-CN"))
    .flatMap((each) => [{ ...each, level }, ...asTree(all, each.id, level + 1)]);
}

export function useAccounts() {
  const items = shallowRef<AccountDetail[]>([]);
  const next = shallowRef<string | null>(null);
  const query = ref({ q: "", active: true as boolean | null });
  const busy = ref(false);
  const all = shallowRef<DepartmentRead[]>([]);
  const tree = computed(() => asTree(all.value));
  const names = computed(() => new Map(all.value.map((each) => [each.id, each.name])));

  async function load(more = false): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const page = await accounts.list({ ...query.value, after: more ? next.value : null });
      items.value = more ? [...items.value, ...page.items] : page.items;
      next.value = page.next;
    });
    busy.value = false;
  }

  async function loadDepartments(): Promise<void> {
    await attempt(async () => void (all.value = await departments.list()));
  }

  const departmentName = (id: string | null): string => (id && names.value.get(id)) || t("account_no_department");
  return { items, next, query, busy, load, departments: all, tree, loadDepartments, departmentName };
}
