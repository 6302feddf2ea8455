// Working together, and the supervisor's wall.

import type { TeamUpdated, WallRead } from "@shared/contract";
import { get } from "./http";

export const team = {
  mine: () => get<TeamUpdated[]>("/team"),
  of: (id: string) => get<TeamUpdated>(`/conversations/${id}/team`),
};

export const wall = { read: () => get<WallRead>("/wall") };
