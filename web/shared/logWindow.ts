// Which messages of a long thread stand on the page: a stretch around what is being read, moved as it is scrolled.
// The same for agents and citizens.
//
// Messages are of any height and come in at both ends, so a stretch of real elements is kept, not estimated heights;
// docs/adr/0034-long-lists.md says why and what it measured. What the reader looks at stays where it is.

import { computed, nextTick, ref, shallowRef, type Ref } from "vue";
import type { MessageRead } from "./contract";

/** What is scrolled through: a thread, or one with earlier conversations before it. In order, see `comes`. */
export interface Log {
  readonly messages: Readonly<Ref<MessageRead[]>>;
  readonly hasEarlier: Readonly<Ref<boolean>>;
  loadEarlier(): Promise<void>;
}

export interface LogWindowOptions {
  /** So near to an end, in pixels, the next step is taken. */
  near?: number;
  /** Whether reading the newest already fetches what is above; else that waits until somebody scrolls up. */
  ahead?: boolean;
}

type Place = Pick<MessageRead, "conversation_id" | "seq">;

/** So many messages are on the page at most; moved by steps of a third. */
export const MOST_SHOWN = 150;
const STEP = 50;
const NEAR_PX = 900;
const AT_END_PX = 80;

export function useLogWindow(
  thread: Log,
  area: Ref<HTMLElement | null>,
  onFail: (failure: unknown) => void,
  { near = NEAR_PX, ahead = true }: LogWindowOptions = {},
) {
  const messages = thread.messages;
  // Bounds as messages, which stay true when earlier ones come in; null: the end.
  const from = shallowRef<Place | null>(null);
  const to = shallowRef<Place | null>(null);
  const atEnd = ref(true);
  // How far down the end was when we last scrolled to it.
  let endTop = Infinity;
  const seen = shallowRef<Place | null>(null);
  const moving = shallowRef<Promise<void> | null>(null);

  const low = computed(() =>
    from.value === null ? Math.max(0, high.value - MOST_SHOWN) : placeOf(messages.value, from.value),
  );
  const high = computed(() => (to.value === null ? messages.value.length : placeAfter(messages.value, to.value)));
  const shown = computed(() => messages.value.slice(low.value, high.value));
  const above = computed(() => messages.value[low.value - 1]);
  const fresh = computed(() => {
    if (atEnd.value) return 0;
    const known = seen.value ? placeAfter(messages.value, seen.value) : 0;
    return messages.value.slice(known).filter((each) => each.content.type !== "activity").length;
  });

  /** Change what is shown, with what the reader looks at kept in its place. */
  async function hold(change: () => void): Promise<void> {
    const mark = firstInSight(area.value);
    const before = mark?.getBoundingClientRect().top ?? 0;
    change();
    await nextTick();
    if (mark?.isConnected && area.value) area.value.scrollTop += mark.getBoundingClientRect().top - before;
  }

  function bound(first: number, end: number): void {
    from.value = messages.value[first] ?? null;
    to.value = end >= messages.value.length ? null : (messages.value[end - 1] ?? null);
  }

  async function up(): Promise<void> {
    if (low.value < STEP && thread.hasEarlier.value) {
      from.value ??= messages.value[low.value] ?? null;
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
    // Grown below since (a part that is drawn later): only who scrolls up leaves the end.
    const grown = atEnd.value && box.scrollTop >= endTop;
    const end = to.value === null && (below < AT_END_PX || grown);
    if (end && !atEnd.value) [from.value, to.value] = [null, null];
    // Read on from here: what comes in must not push the first ones out of sight.
    if (!end && from.value === null) from.value = messages.value[low.value] ?? null;
    atEnd.value = end;
    if (end) seen.value = messages.value.at(-1) ?? null;
    const more = (low.value > 0 || thread.hasEarlier.value) && (ahead || !end);
    if (box.scrollTop < near && more) void move(up);
    else if (below < near && to.value !== null) void move(down);
  }

  /** One step at a time. */
  function move(step: () => Promise<void>): Promise<void> {
    return (moving.value ??= step().catch(onFail).finally(() => (moving.value = null)));
  }

  async function toEnd(): Promise<void> {
    [from.value, to.value] = [null, null];
    atEnd.value = true;
    seen.value = messages.value.at(-1) ?? null;
    await nextTick();
    if (!area.value) return;
    area.value.scrollTop = area.value.scrollHeight;
    endTop = area.value.scrollTop; // as far as it goes
  }

  /** Messages came in: follow them at the end; elsewhere keep the stretch from growing without end. */
  async function follow(): Promise<void> {
    if (atEnd.value) return toEnd();
    if (high.value - low.value > 2 * MOST_SHOWN) bound(low.value, low.value + MOST_SHOWN);
  }

  return { shown, above, fresh, atEnd, moving, measure, follow, toEnd, up: () => move(up) };
}

/** Whether one comes before the other. Conversations are in the order of their ids, which are UUIDv7. */
export function comesBefore(one: Place, other: Place): boolean {
  return one.conversation_id === other.conversation_id ? one.seq < other.seq : one.conversation_id < other.conversation_id;
}

/** How many messages come before the place. */
function placeOf(messages: MessageRead[], place: Place): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = messages[middle];
    if (found && comesBefore(found, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const placeAfter = (messages: MessageRead[], place: Place): number => placeOf(messages, { ...place, seq: place.seq + 1 });

function firstInSight(area: HTMLElement | null): HTMLElement | null {
  if (!area) return null;
  const top = area.getBoundingClientRect().top;
  for (const row of area.querySelectorAll<HTMLElement>("[data-seq]"))
    if (row.getBoundingClientRect().bottom > top) return row;
  return null;
}
