// By when tickets are due, and what one was told of them.

import type { DeadlineRecalculation, DeadlineTrial, DeadlineTrialRead, NoticePage } from "@shared/contract";
import { get, post } from "./http";

export const deadlines = {
  trial: (body: DeadlineTrial) => post<DeadlineTrialRead>("/desk/settings/ticket-deadlines/try", body),
  recalculation: () => get<DeadlineRecalculation>("/desk/settings/ticket-deadlines/recalculation"),
};

export const notices = {
  list: (after: string | null = null) => get<NoticePage>("/notices", { after }),
  /** These, or all of them. */
  read: (ids: string[] | null) => post<NoticePage>("/notices/read", { ids }),
};
