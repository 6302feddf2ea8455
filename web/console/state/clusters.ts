// Unanswered questions, grouped: a page of them, and what an editor decides.

import type { ClusterPage, ClusterRead, DecisionRead } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { questions } from "../api";

export type ClusterState = ClusterRead["state"];
export const STATES: ClusterState[] = ["open", "drafted", "adopted", "dismissed"];

export function useClusters() {
  const state = ref<ClusterState>("open");
  const items = shallowRef<ClusterRead[]>([]);
  const page = shallowRef<ClusterPage | null>(null);
  const loading = ref(false);

  async function load(): Promise<void> {
    const wanted = state.value;
    loading.value = true;
    try {
      const found = await questions.clusters(wanted);
      if (wanted !== state.value) return; // another tab was chosen meanwhile
      page.value = found;
      items.value = found.items;
    } finally {
      loading.value = false;
    }
  }

  async function more(): Promise<void> {
    if (!page.value?.next) return;
    const found = await questions.clusters(state.value, page.value.next);
    page.value = found;
    items.value = [...items.value, ...found.items];
  }

  /** Decided, here or by somebody else: it stands in another list now. */
  async function drop(id: string): Promise<void> {
    items.value = items.value.filter((each) => each.id !== id);
    page.value = { ...(await questions.clusters(state.value)), next: page.value?.next ?? null };
  }

  return {
    state, items, page, loading, load, more, drop,
    draft: (id: string): Promise<DecisionRead> => questions.draft(id),
    dismiss: (id: string) => questions.dismiss(id),
    reopen: (id: string) => questions.reopen(id),
  };
}
