// Hot questions of all inboxes or of one: what is shown, what is pinned, in which order.

import type { HotPage, HotPins, HotRead } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import { hot } from "../api";

/** `keys` with the one at `from` moved to `to`. */
export function moved(keys: string[], from: number, to: number): string[] {
  const rest = keys.filter((_, index) => index !== from);
  const key = keys[from];
  return key === undefined ? keys : [...rest.slice(0, to), key, ...rest.slice(to)];
}

export function useHot() {
  const inbox = ref("");
  const page = shallowRef<HotPage | null>(null);
  const saving = ref(false);

  const pinned = computed<HotRead[]>(() => page.value?.items.filter((each) => each.pinned) ?? []);
  const asked = computed<HotRead[]>(() => page.value?.items.filter((each) => !each.pinned) ?? []);

  async function load(): Promise<void> {
    const wanted = inbox.value;
    const found = await hot.read(wanted || null);
    if (wanted === inbox.value) page.value = found;
  }

  async function save(changes: Partial<HotPins> & { pins: string[] | null }): Promise<void> {
    saving.value = true;
    try {
      page.value = await hot.pin({ inbox: inbox.value || null, ...changes });
    } finally {
      saving.value = false;
    }
  }

  const pins = () => page.value?.pins ?? [];
  /** The pins as they are, own or not: settings of all inboxes are changed beside them. */
  const kept = () => (inbox.value && !page.value?.own_pins ? null : pins());

  return {
    inbox, page, pinned, asked, saving, load,
    pin: (key: string) => save({ pins: [...pins(), key] }),
    unpin: (key: string) => save({ pins: pins().filter((each) => each !== key) }),
    /** Places count among the pins that are shown: those that are not keep theirs. */
    move(from: number, to: number): Promise<void> {
      const shown = pinned.value.map((each) => each.key);
      const order = moved(shown, from, to);
      let next = 0;
      return save({ pins: pins().map((key) => (shown.includes(key) ? (order[next++] ?? key) : key)) });
    },
    follow: () => save({ pins: null }),
    set: (limits: { days?: number; count?: number }) => save({ pins: kept(), ...limits }),
  };
}
