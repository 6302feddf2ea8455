// One import: its progress while the server works on it, and its rows by outcome.

import type { ImportApply, ImportRead, RowRead } from "@shared/contract";
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { imports, type RowOutcome } from "../api";
import { attempt } from "./report";

const POLL_MS = 700;
const PAGE = 50;
const OVER = new Set<ImportRead["state"]>(["done", "cancelled", "failed"]);

export function useImport() {
  const job = shallowRef<ImportRead | null>(null);
  const rows = shallowRef<RowRead[]>([]);
  const next = ref<number | null>(null);
  const outcome = ref<RowOutcome | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = "";
  let asked = 0;

  const working = computed(() => job.value?.state === "reading" || job.value?.state === "applying");

  function settle(fresh: ImportRead): void {
    if (fresh.id !== wanted) return; // another one was opened meanwhile
    const moved = job.value?.state !== fresh.state;
    job.value = fresh;
    clearTimeout(timer);
    if (!OVER.has(fresh.state) && fresh.state !== "ready") timer = setTimeout(() => void attempt(poll), POLL_MS);
    if (moved && (fresh.state === "ready" || fresh.state === "done")) void attempt(loadRows);
  }

  async function poll(): Promise<void> {
    try {
      settle(await imports.read(wanted));
    } catch (failure) {
      if (working.value) timer = setTimeout(() => void attempt(poll), POLL_MS * 4);
      throw failure;
    }
  }

  async function fetchRows(after: number): Promise<void> {
    const number = ++asked;
    const page = await imports.rows(wanted, outcome.value, after, PAGE);
    if (number !== asked) return; // another outcome was chosen meanwhile
    rows.value = after ? [...rows.value, ...page.items] : page.items;
    next.value = page.next;
  }

  const loadRows = () => fetchRows(0);

  async function choose(row: RowRead, take: boolean): Promise<void> {
    settle(await imports.choose(wanted, [row.position], take));
    rows.value = rows.value.map((each) => (each.position === row.position ? { ...each, wanted: take } : each));
  }

  onScopeDispose(() => clearTimeout(timer));

  return {
    job,
    rows,
    next,
    outcome,
    working,
    async open(id: string): Promise<void> {
      clearTimeout(timer);
      wanted = id;
      job.value = null;
      rows.value = [];
      outcome.value = null;
      if (id) await poll();
    },
    async show(chosen: RowOutcome | null): Promise<void> {
      outcome.value = chosen;
      await loadRows();
    },
    more: () => fetchRows(next.value ?? 0),
    choose,
    apply: async (how: ImportApply) => settle(await imports.apply(wanted, how)),
    cancel: async () => settle(await imports.cancel(wanted)),
  };
}
