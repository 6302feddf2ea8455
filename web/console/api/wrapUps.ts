// Wrap-up: the agent's own forms. They are sent over the socket.

import type { PresenceOptions, WrapUpItem, WrapUpRead } from "@shared/contract";
import { get } from "./http";

export const wrapUps = {
  owed: () => get<WrapUpItem[]>("/wrap-ups"),
  read: (id: string) => get<WrapUpRead>(`/wrap-ups/${id}`),
};

export const presence = {
  options: () => get<PresenceOptions>("/agents/presence-options"),
};
