// The line to the server, over which pages hear what has changed: the desk's, or of those who serve nobody one of its own.

import type { AgentCommands } from "@shared/agent";
import { onBrowserOnline } from "@shared/online";
import { createLink, type Link, type LinkStatus } from "@shared/socket";
import { inject, type InjectionKey, ref, type Ref } from "vue";

export interface Line {
  link: Link<AgentCommands>;
  status: Ref<LinkStatus>;
}

export function agentLink(): Link<AgentCommands> {
  return createLink<AgentCommands>({ origin: "", namespace: "/agent", auth: () => ({}), onNetwork: onBrowserOnline });
}

/** For whoever works on tickets and has no desk. */
export function createLine(link: Link<AgentCommands> = agentLink()) {
  const status = ref<LinkStatus>("idle");
  link.onStatus((next) => (status.value = next));
  return { link, status, open: () => link.open(), close: () => link.close() };
}

export const LINE: InjectionKey<Line> = Symbol("line");

export function useLine(): Line {
  const line = inject(LINE);
  if (!line) throw new Error("no line provided");
  return line;
}
