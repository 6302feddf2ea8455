// Order of the queue and routing.

import type { RoutingTrial, TrialRead } from "@shared/contract";
import { post } from "./http";

export const routing = {
  trial: (body: RoutingTrial) => post<TrialRead>("/desk/settings/routing/trial", body),
};
