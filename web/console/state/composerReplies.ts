// The list of saved replies that a slash opens: what fits, which one is marked, what is put into the text.

import type { ConversationRead, SavedReplyRead } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import type { Context } from "../api/types";
import { slashAt, type Slash } from "./composerSlash";
import { fill, valuesOf } from "./replyVariables";
import { useSavedReplies } from "./savedReplies";

export interface ReplyScene {
  conversation: ConversationRead;
  agent: string;
  context: Pick<Context, "tickets"> | null;
}

export function useReplyMenu(scene: () => ReplyScene) {
  const replies = useSavedReplies();
  const slash = shallowRef<Slash | null>(null);
  const active = ref(0);
  const found = computed(() => (slash.value ? replies.search(slash.value.query) : []));
  // Closed by Escape; the next slash opens it again.
  let dismissed = -1;
  void replies.refresh(); // so that it opens at once

  function close(): void {
    slash.value = null;
  }

  return {
    slash, active, found, close,
    variables: replies.variables,
    failed: replies.failed,
    open: computed(() => slash.value !== null),
    /** The caret stands there in the text. */
    at(text: string, caret: number): void {
      const next = slashAt(text, caret);
      if (!next) dismissed = -1;
      const shown = next && next.start !== dismissed ? next : null;
      if (shown?.query === slash.value?.query && shown?.start === slash.value?.start) return;
      if (shown && !slash.value) void replies.refresh();
      slash.value = shown;
      active.value = 0;
    },
    /** What the key means for the list: moved, closed, or the reply that was taken. */
    key(event: KeyboardEvent): SavedReplyRead | null {
      const last = found.value.length - 1;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        dismissed = slash.value?.start ?? -1;
        close();
      } else if (event.key === "ArrowDown" && last >= 0) {
        event.preventDefault();
        active.value = active.value >= last ? 0 : active.value + 1;
      } else if (event.key === "ArrowUp" && last >= 0) {
        event.preventDefault();
        active.value = active.value <= 0 ? last : active.value - 1;
      } else if ((event.key === "Enter" || event.key === "Tab") && last >= 0) {
        event.preventDefault();
        return found.value[active.value] ?? null;
      }
      return null;
    },
    /** Its text with what is known of the conversation in place. */
    use(reply: SavedReplyRead): string {
      const { conversation, agent, context } = scene();
      const values = valuesOf(conversation, agent, context?.tickets[0]?.number ?? "");
      close();
      replies.used(reply);
      return fill(reply.text, replies.variables.value, values);
    },
  };
}
