// Trainings and models: what waits for a training, the one under way, its report, switching and going back.

import type { ModelsRead, PendingRead, TrainingRead } from "@shared/contract";
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { trainings } from "../api";
import { attempt } from "./report";

const POLL_MS = 1000;
const OPEN = new Set<TrainingRead["state"]>(["queued", "training", "evaluating"]);

export const isOpen = (training: TrainingRead) => OPEN.has(training.state);

export function useTrainings() {
  const items = shallowRef<TrainingRead[]>([]);
  const next = ref<string | null>(null);
  const people = shallowRef<Record<string, string>>({});
  const pending = shallowRef<PendingRead | null>(null);
  const models = shallowRef<ModelsRead | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = computed(() => items.value.find(isOpen) ?? null);
  const switching = computed(() => models.value?.switching ?? null);

  function follow(): void {
    clearTimeout(timer);
    if (open.value || switching.value) timer = setTimeout(() => void attempt(poll), POLL_MS);
  }

  async function load(): Promise<void> {
    const [page, waiting, kept] = await Promise.all([trainings.list(null), trainings.pending(), trainings.models()]);
    // Older ones that were asked for stay on the screen.
    const seen = new Set(page.items.map(({ id }) => id));
    const older = items.value.filter(({ id }) => !seen.has(id) && id < (page.items.at(-1)?.id ?? ""));
    items.value = [...page.items, ...older];
    if (!older.length) next.value = page.next;
    people.value = { ...people.value, ...page.people, ...kept.people };
    pending.value = waiting;
    models.value = kept;
    follow();
  }

  /** While something goes on: that alone; when it is over, everything. */
  async function poll(): Promise<void> {
    const [running, before] = [open.value, switching.value];
    try {
      if (before) models.value = await trainings.models();
      if (running) {
        const fresh = await trainings.read(running.id);
        items.value = items.value.map((each) => (each.id === fresh.id ? fresh : each));
      }
      if ((running && !open.value) || (before && !switching.value)) await load();
    } finally {
      follow();
    }
  }

  onScopeDispose(() => clearTimeout(timer));

  return {
    items, next, people, pending, models, open, switching, load,
    nameOf: (id: string | null) => (id ? (people.value[id] ?? id) : ""),
    async more(): Promise<void> {
      const page = await trainings.list(next.value);
      items.value = [...items.value, ...page.items];
      people.value = { ...people.value, ...page.people };
      next.value = page.next;
    },
    async start(whenReady: boolean): Promise<TrainingRead> {
      const started = await trainings.start(whenReady);
      await load();
      return started;
    },
    async cancel(id: string): Promise<void> {
      await trainings.cancel(id);
      await load();
    },
    async switchTo(id: string | null, reason: string | null): Promise<void> {
      const fresh = await trainings.switchTo(id, reason);
      models.value = fresh;
      people.value = { ...people.value, ...fresh.people };
      follow();
    },
  };
}
