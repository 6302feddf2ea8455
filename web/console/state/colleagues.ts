// Who else serves citizens: for inviting, handing on and mentioning. Those who are there come first.

import { computed, shallowRef } from "vue";
import { people } from "../api";
import type { AgentRead, GroupRead } from "../api/types";
import { useDesk } from "./desk";

const ORDER: AgentRead["status"][] = ["online", "busy", "wrap_up", "rest", "offline"];

export function useColleagues() {
  const { account } = useDesk();
  const agents = shallowRef<AgentRead[]>([]);
  const groups = shallowRef<GroupRead[]>([]);
  const colleagues = computed(() =>
    agents.value
      .filter((each) => each.id !== account.id)
      .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name, "zh")),
  );
  return {
    colleagues,
    groups,
    async load(): Promise<void> {
      [agents.value, groups.value] = await Promise.all([people.agents(), people.groups()]);
    },
  };
}

/** Why the agent cannot be handed a conversation; null when they can. As handoff/desk/team/rules.py. */
export function refusalOf(agent: Pick<AgentRead, "status" | "active" | "capacity">): "offline" | "rest" | "full" | null {
  if (agent.status === "offline" || agent.status === "rest") return agent.status;
  return agent.active < agent.capacity ? null : "full";
}
