// Left messages (留言).

import type {
  LeftMessageCounts, LeftMessageDetail, LeftMessageInFull, LeftMessagePage, LeftMessageRead, LeftMessageStepWrite, LeftTicketWrite,
} from "@shared/contract";
import { get, post, type Query } from "./http";

export type LeftStatus = LeftMessageRead["status"];
export type LeftStep = LeftMessageRead["steps"][number];

export const leftMessages = {
  list: (query: Query) => get<LeftMessagePage>("/left-messages", query),
  counts: () => get<LeftMessageCounts>("/left-messages/counts"),
  read: (id: string) => get<LeftMessageDetail>(`/left-messages/${id}`),
  step: (id: string, step: LeftStep, write: LeftMessageStepWrite) => post<LeftMessageDetail>(`/left-messages/${id}/${step}`, write),
  /** It goes on as a ticket. */
  file: (id: string, write: LeftTicketWrite) => post<LeftMessageDetail>(`/left-messages/${id}/ticket`, write),
  reveal: (id: string, reason: string) => post<LeftMessageInFull>(`/left-messages/${id}/reveal`, { reason }),
};
