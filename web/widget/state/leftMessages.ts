// The citizen's left messages (留言): which sheet of them is open, what became of them, and leaving another one.

import type { OwnLeftMessage } from "@shared/contract";
import type { Store } from "@shared/store";
import { computed, effectScope, inject, ref, shallowRef, watch, type InjectionKey } from "vue";
import type { Visitor } from "./visitor";

export type LeftSheet = "" | "form" | "list";

/** What is filled in. */
export interface Leaving {
  client_msg_id: string;
  name: string;
  phone: string;
  code: string;
  business: string | null;
  text: string;
  attachment_ids: string[];
}

// The last answer that was looked at, so that a later one is pointed out.
const SEEN = "left.seen";

/** `signal`: the citizen leaves, and nothing is watched any more. */
export function createLeftMessages(visitor: Visitor, store: Store, signal?: AbortSignal) {
  const scope = effectScope(true);
  signal?.addEventListener("abort", () => scope.stop());
  return scope.run(() => track(visitor, store)) as ReturnType<typeof track>;
}

function track(visitor: Visitor, store: Store) {
  const { link, session } = visitor;
  const sheet = ref<LeftSheet>("");
  const items = shallowRef<OwnLeftMessage[]>([]);
  const count = ref(0);
  const answeredAt = ref("");
  const seen = ref(store.get(SEEN) ?? "");
  const businesses = computed(() => session.value?.left_messages.businesses ?? []);
  /** The phone is proved by a code that is sent to it. */
  const codes = computed(() => session.value?.left_messages.codes ?? true);
  /** An answer has come that was not looked at. */
  const fresh = computed(() => answeredAt.value > seen.value);

  watch(session, (ready) => {
    count.value = ready?.left_messages.count ?? count.value;
    answeredAt.value = ready?.left_messages.answered_at ?? answeredAt.value;
  }, { immediate: true });

  function look(): void {
    const answers = items.value.flatMap((each) => each.said.filter((line) => line.by).map((line) => line.at));
    answeredAt.value = [answeredAt.value, ...answers].sort().at(-1) ?? "";
    if (sheet.value !== "list") return;
    seen.value = answeredAt.value;
    store.set(SEEN, seen.value);
  }

  /** Throws what the link throws. */
  async function refresh(): Promise<void> {
    items.value = (await link.command("list_left_messages", {})).items;
    count.value = Math.max(count.value, items.value.length);
    look();
  }

  function keep(one: OwnLeftMessage): void {
    const known = items.value.some((each) => each.id === one.id);
    items.value = known ? items.value.map((each) => (each.id === one.id ? one : each)) : [one, ...items.value];
  }

  // Whatever moved: the next look tells what. A lost look is made good by the one at the next connection.
  link.on("left_message.updated", () => void refresh().catch(() => undefined));

  return {
    sheet, items, count, fresh, businesses, codes, refresh,
    open(which: LeftSheet): void {
      sheet.value = which;
      if (which === "list") look();
    },
    async leave(wanted: Leaving): Promise<OwnLeftMessage> {
      const left = await link.command("leave_message", wanted);
      count.value += items.value.some((each) => each.id === left.id) ? 0 : 1;
      keep(left);
      return left;
    },
    async followUp(id: string, text: string): Promise<void> {
      keep(await link.command("follow_up_left_message", { id, text }));
    },
  };
}

export type LeftMessages = ReturnType<typeof createLeftMessages>;
export const LEFT: InjectionKey<LeftMessages> = Symbol("left messages");

export function useLeftMessages(): LeftMessages {
  const left = inject(LEFT);
  if (!left) throw new Error("no left messages provided");
  return left;
}
