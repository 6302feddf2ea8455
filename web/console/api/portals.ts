// Portals with their own front end: their inboxes, secrets, and how notices to them go.

import type { PortalCreate, PortalDeliveryPage, PortalRead, PortalShown, CallTrial, PortalUpdate, Retried } from "@shared/contract";
import { get, patch, post, remove } from "./http";

const ROOT = "/webhook/inboxes";

export const portals = {
  list: () => get<PortalRead[]>(ROOT),
  create: (body: PortalCreate) => post<PortalShown>(ROOT, body),
  update: (id: string, body: PortalUpdate) => patch<PortalRead>(`${ROOT}/${id}`, body),
  rotate: (id: string, keepHours: number) => post<PortalShown>(`${ROOT}/${id}/secret`, { keep_hours: keepHours }),
  withdraw: (id: string) => remove<PortalRead>(`${ROOT}/${id}/secret`),
  attempt: (id: string) => post<CallTrial>(`${ROOT}/${id}/test`),
  deliveries: (id: string, state: string | null, after: string | null) =>
    get<PortalDeliveryPage>(`${ROOT}/${id}/deliveries`, { state, after, limit: 50 }),
  resend: (id: string, event: string) => post<Retried>(`${ROOT}/${id}/deliveries/${event}/retry`),
  resendAll: (id: string) => post<Retried>(`${ROOT}/${id}/deliveries/retry`),
};
