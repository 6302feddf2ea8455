// What citizens said of services.

import type { RatingPage } from "@shared/contract";
import { get } from "./http";

/** `since`, `until`: moments in UTC. */
export interface RatingQuery {
  agent_id?: string;
  group_id?: string;
  score?: number | string;
  since?: string;
  until?: string;
  after?: string | null;
}

export const ratings = {
  list: (query: RatingQuery) => get<RatingPage>("/ratings", { ...query }),
};
