// Colleagues on conversations: what is offered to me, who asks to join mine, beside whom I stand. One for the whole desk.

import type { AgentCommands } from "@shared/agent";
import type { ConversationRead, TeamUpdated } from "@shared/contract";
import type { Link } from "@shared/socket";
import { computed, inject, shallowReactive, type InjectionKey } from "vue";
import { team as api } from "../api";

/** A line that waits for the agent's word, on whatever page they are. */
export type Asked =
  | { kind: "offer"; id: string; name: string; note: string; expires_at: string }
  | { kind: "ask"; id: string; name: string; agent_id: string }
  | { kind: "invitation"; id: string; name: string };

/** What an alert says that concerns working together; the page shows it. */
export interface TeamNews {
  code: string;
  message: string;
  conversation_id: string | null;
}

// Alerts of others (late answers, deliveries) are shown where they belong.
const CODES = new Set([
  "transfer_declined", "transfer_expired", "transfer_accepted", "transfer_returned", "join_accepted",
  "join_declined", "taken_over", "mentioned",
]);

export function createTeam(
  me: string,
  link: Link<AgentCommands>,
  known: { get(id: string): ConversationRead | undefined },
  onNews: (news: TeamNews) => void = () => undefined,
) {
  const states = shallowReactive(new Map<string, TeamUpdated>());

  /** An offer is void when the conversation has gone another way. */
  function isCurrent(state: TeamUpdated): boolean {
    return (known.get(state.conversation_id)?.epoch ?? state.epoch) === state.epoch;
  }

  function put(state: TeamUpdated): void {
    const before = states.get(state.conversation_id);
    if (before && state.epoch < before.epoch) return;
    states.set(state.conversation_id, state);
    // Who takes part hears it whether or not it is open; after losing access one is shown out, so ask again.
    if (joined(state) && !(before && joined(before))) listen(state.conversation_id);
  }

  function listen(id: string): void {
    void link.command("join_conversation", { conversation_id: id }).catch(() => undefined);
  }

  function joined(state: TeamUpdated): boolean {
    return state.participants.some((each) => each.agent_id === me && each.state === "joined");
  }

  const asked = computed<Asked[]>(() =>
    [...states.values()].filter(isCurrent).flatMap((state) => {
      const id = state.conversation_id;
      const { transfer } = state;
      const lines: Asked[] = [];
      if (transfer?.to_agent === me)
        lines.push({ kind: "offer", id, name: transfer.from_name, note: transfer.note, expires_at: transfer.expires_at });
      for (const each of state.participants) {
        if (each.state === "asked" && state.owner_id === me)
          lines.push({ kind: "ask", id, name: each.name, agent_id: each.agent_id });
        if (each.state === "invited" && each.agent_id === me) lines.push({ kind: "invitation", id, name: "" });
      }
      return lines;
    }),
  );

  /** Everything that concerns me, after every (re)connection: events of the time without a line are lost. */
  async function refresh(): Promise<void> {
    const mine = await api.mine();
    const listed = new Set(mine.map((each) => each.conversation_id));
    for (const id of [...states.keys()]) if (!listed.has(id)) states.delete(id);
    for (const each of mine) {
      states.set(each.conversation_id, each);
      if (joined(each)) listen(each.conversation_id);
    }
  }

  link.on("team.updated", put);
  link.on("alert.raised", ({ code, message, details }) => {
    const id = details["conversation_id"];
    if (CODES.has(code)) onNews({ code, message, conversation_id: typeof id === "string" ? id : null });
  });
  link.onStatus((status) => {
    if (status === "online") void refresh().catch(() => undefined);
  });

  const of = (id: string) => ({ conversation_id: id });
  return {
    states,
    asked,
    /** How the conversation stands now; null until it is known, or when it has gone another way since. */
    of(id: string): TeamUpdated | null {
      const state = states.get(id);
      return state && isCurrent(state) ? state : null;
    },
    joined(id: string): boolean {
      const state = states.get(id);
      return state !== undefined && joined(state);
    },
    async load(id: string): Promise<void> {
      put(await api.of(id));
    },
    ask: async (id: string) => put(await link.command("ask_to_join", of(id))),
    invite: async (id: string, agent_id: string) => put(await link.command("invite_to_join", { ...of(id), agent_id })),
    answer: async (id: string, accept: boolean, agent_id: string | null) =>
      put(await link.command("answer_join", { ...of(id), accept, agent_id })),
    stepOut: async (id: string) => put(await link.command("step_out", of(id))),
    accept: (id: string) => link.command("accept_transfer", of(id)),
    decline: (id: string, reason: string) => link.command("decline_transfer", { ...of(id), reason }),
    cancel: (id: string) => link.command("cancel_transfer", of(id)),
    giveBack: (id: string, note: string) => link.command("return_conversation", { ...of(id), note }),
    takeOver: (id: string, reason: string) => link.command("take_over_conversation", { ...of(id), reason }),
    logOut: (agent_id: string) => link.command("log_out_agent", { agent_id }),
  };
}

export type Team = ReturnType<typeof createTeam>;
export const TEAM: InjectionKey<Team> = Symbol("team");

export function useTeam(): Team {
  const team = inject(TEAM);
  if (!team) throw new Error("no team provided");
  return team;
}
