// Other systems that are told of tickets, and the keys with which programs call us.

import type {
  ApiKeyPage, ApiKeyRead, ApiKeyShown, ApiKeyUpdate, CallTrial, SentAgain, TicketDeliveryPage, TicketEndpointRead, TicketEndpointShown, TicketEndpointWrite,
} from "@shared/contract";
import { get, post, put, type Query, remove } from "./http";

const ROOT = "/ticket-endpoints";
const KEYS = "/keys";

export const endpoints = {
  list: () => get<TicketEndpointRead[]>(ROOT),
  create: (body: TicketEndpointWrite) => post<TicketEndpointShown>(ROOT, body),
  update: (id: string, body: TicketEndpointWrite) => put<TicketEndpointRead>(`${ROOT}/${id}`, body),
  remove: (id: string) => remove<null>(`${ROOT}/${id}`),
  rotate: (id: string, keepHours: number) => post<TicketEndpointShown>(`${ROOT}/${id}/secret`, { keep_hours: keepHours }),
  withdraw: (id: string) => remove<TicketEndpointRead>(`${ROOT}/${id}/secret`),
  attempt: (id: string) => post<CallTrial>(`${ROOT}/${id}/test`),
  skip: (id: string) => post<null>(`${ROOT}/${id}/skip`),
  deliveries: (query: Query) => get<TicketDeliveryPage>(`${ROOT}/deliveries`, { ...query, limit: 50 }),
  resend: (id: string, event: string) => post<SentAgain>(`${ROOT}/${id}/retry/${event}`),
  resendAll: (id: string) => post<SentAgain>(`${ROOT}/${id}/retry`),
};

export const keys = {
  list: (after: string | null = null) => get<ApiKeyPage>(KEYS, { after }),
  create: (body: ApiKeyUpdate) => post<ApiKeyShown>(KEYS, body),
  update: (id: string, body: ApiKeyUpdate) => put<ApiKeyRead>(`${KEYS}/${id}`, body),
  renew: (id: string, keepHours: number) => post<ApiKeyShown>(`${KEYS}/${id}/token`, { keep_hours: keepHours }),
  revoke: (id: string) => post<ApiKeyRead>(`${KEYS}/${id}/revoke`),
};
