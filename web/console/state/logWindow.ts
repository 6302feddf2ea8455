// Which messages of a long thread stand on the page: a stretch around what is being read, moved as it is scrolled.
//
// Messages are of any height and come in at both ends, so a stretch of real elements is kept, not estimated heights;
// docs/adr/0034-long-lists.md says why and what it measured. What the reader looks at stays where it is.

import type { MessageRead } from "@shared/contract";
import type { Thread } from "@shared/thread";
import { computed, nextTick, ref, shallowRef, type Ref } from "vue";

/** So many messages are on the page at most; moved by steps of a third. */
export const MOST_SHOWN = 150;
const STEP = 50;
// So near to an end the next step is taken.
const NEAR_PX = 900;
const AT_END_PX = 80;

export function useLogWindow(thread: Thread, area: Ref<HTMLElement | null>, onFail: (failure: unknown) => void) {
  const messages = thread.messages;
  // Bounds as seqs, which stay true when earlier messages come in; null: the end.
  const from = ref<number | null>(null);
  const to = ref<number | null>(null);
  const atEnd = ref(true);
  const seen = ref(0);
  const moving = shallowRef<Promise<void> | null>(null);

  const low = computed(() =>
    from.value === null ? Math.max(0, high.value - MOST_SHOWN) : placeOf(messages.value, from.value),
  );
  const high = computed(() => (to.value === null ? messages.value.length : placeOf(messages.value, to.value + 1)));
  const shown = computed(() => messages.value.slice(low.value, high.value));
  const above = computed(() => messages.value[low.value - 1]);
  const fresh = computed(() => {
    if (atEnd.value) return 0;
    return messages.value.slice(placeOf(messages.value, seen.value + 1)).filter((each) => each.content.type !== "activity").length;
  });

  /** Change what is shown, with what the reader looks at kept in its place. */
  async function hold(change: () => void): Promise<void> {
    const mark = firstInSight(area.value);
    const before = mark?.getBoundingClientRect().top ?? 0;
    change();
    await nextTick();
    const again = mark && area.value?.querySelector(`[data-seq="${mark.dataset["seq"]}"]`);
    if (again && area.value) area.value.scrollTop += again.getBoundingClientRect().top - before;
  }

  function bound(first: number, end: number): void {
    from.value = messages.value[first]?.seq ?? null;
    to.value = end >= messages.value.length ? null : (messages.value[end - 1]?.seq ?? null);
  }

  async function up(): Promise<void> {
    if (low.value < STEP && thread.hasEarlier.value) {
      from.value ??= messages.value[low.value]?.seq ?? null;
      await hold(() => undefined); // settles a scroll that is still running
      await thread.loadEarlier();
    }
    if (low.value === 0) return;
    const first = Math.max(0, low.value - STEP);
    await hold(() => bound(first, Math.min(high.value, first + MOST_SHOWN)));
  }

  async function down(): Promise<void> {
    if (to.value === null) return;
    const end = Math.min(messages.value.length, high.value + STEP);
    await hold(() => bound(Math.max(0, end - MOST_SHOWN), end));
  }

  function measure(): void {
    const box = area.value;
    if (!box) return;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    const end = to.value === null && below < AT_END_PX;
    if (end && !atEnd.value) [from.value, to.value] = [null, null];
    // Read on from here: what comes in must not push the first ones out of sight.
    if (!end && from.value === null) from.value = messages.value[low.value]?.seq ?? null;
    atEnd.value = end;
    if (end) seen.value = messages.value.at(-1)?.seq ?? 0;
    if (moving.value) return;
    const step = box.scrollTop < NEAR_PX && (low.value > 0 || thread.hasEarlier.value) ? up : below < NEAR_PX && to.value !== null ? down : null;
    if (!step) return;
    moving.value = step().catch(onFail).finally(() => (moving.value = null));
  }

  async function toEnd(): Promise<void> {
    [from.value, to.value] = [null, null];
    atEnd.value = true;
    seen.value = messages.value.at(-1)?.seq ?? 0;
    await nextTick();
    if (area.value) area.value.scrollTop = area.value.scrollHeight;
  }

  /** Messages came in: follow them at the end; elsewhere keep the stretch from growing without end. */
  async function follow(): Promise<void> {
    if (atEnd.value) return toEnd();
    if (high.value - low.value > 2 * MOST_SHOWN) bound(low.value, low.value + MOST_SHOWN);
  }

  return { shown, above, fresh, atEnd, moving, measure, follow, toEnd, up };
}

/** The place of the first message with that seq or a later one. */
function placeOf(messages: MessageRead[], seq: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstInSight(area: HTMLElement | null): HTMLElement | null {
  if (!area) return null;
  const top = area.getBoundingClientRect().top;
  for (const row of area.querySelectorAll<HTMLElement>("[data-seq]"))
    if (row.getBoundingClientRect().bottom > top) return row;
  return null;
}
