// The agent's own presence: what was chosen, what counts, and saying it again when an outage has ended it.

import type { AgentCommands } from "@shared/agent";
import type { PresenceUpdated, SetPresence } from "@shared/contract";
import type { Link } from "@shared/socket";
import { computed, shallowRef } from "vue";

export type PresenceState = Omit<PresenceUpdated, "agent_id">;
const UNKNOWN: PresenceState = { status: "offline", reason: "", since: null, by: "agent", active: 0, capacity: 0 };

export function createPresence(link: Link<AgentCommands>) {
  const state = shallowRef<PresenceState>(UNKNOWN);
  let chosen: SetPresence | null = null; // what the agent said on this page

  function show(next: PresenceState): void {
    const { status, reason, since, by, active, capacity } = next;
    state.value = { status, reason, since, by, active, capacity };
  }

  /** `hand_on`: going offline, open conversations are given away; else the server refuses with `open_conversations`. */
  async function choose(wanted: SetPresence): Promise<void> {
    show(await link.command("set_presence", wanted));
    chosen = wanted;
  }

  return {
    state,
    status: computed(() => state.value.status),
    active: computed(() => state.value.active),
    capacity: computed(() => state.value.capacity),
    show,
    choose,
    /** After an outage so long that the server ended the presence: whoever still sits at this page is there all the same.
     *  What a supervisor has decided stays. */
    async resume(): Promise<void> {
      const ended = state.value.status === "offline" && state.value.by === "system";
      if (chosen && chosen.status !== "offline" && ended) await choose(chosen);
    },
  };
}
