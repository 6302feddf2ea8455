// Who works here and what may be written: accounts, departments, groups, sensitive words, the audit trail.

import type {
  AccountCreate, AccountDetail, AccountPage, AccountUpdate, AuditPage, AuditThing, BusinessLines, DepartmentRead, DepartmentWrite,
  GroupRead, GroupWrite, MessageRead, PasswordShown, PresenceUpdated, WordsConfig, WordsTried,
} from "@shared/contract";
import { address, get, patch, post, put, remove } from "./http";

export const accounts = {
  list: (query: { q?: string; active?: boolean | null; after?: string | null }) =>
    get<AccountPage>("/accounts", { ...query, limit: 100 }),
  create: (body: AccountCreate) => post<PasswordShown>("/accounts", body),
  update: (id: string, body: AccountUpdate) => patch<AccountDetail>(`/accounts/${id}`, body),
  resetPassword: (id: string) => post<PasswordShown>(`/accounts/${id}/password`),
  deactivate: (id: string) => post<AccountDetail>(`/accounts/${id}/deactivate`),
  reactivate: (id: string) => post<AccountDetail>(`/accounts/${id}/reactivate`),
  ownPassword: (old: string, wanted: string) => post<null>("/auth/password", { old, new: wanted }),
};

export const departments = {
  list: () => get<DepartmentRead[]>("/departments"),
  create: (body: DepartmentWrite) => post<DepartmentRead>("/departments", body),
  update: (id: string, body: DepartmentWrite) => put<DepartmentRead>(`/departments/${id}`, body),
  remove: (id: string) => remove<null>(`/departments/${id}`),
};

export const skillGroups = {
  businesses: async () => (await get<BusinessLines>("/businesses")).lines ?? [],
  create: (body: GroupWrite) => post<GroupRead>("/groups", body),
  update: (id: string, body: GroupWrite) => put<GroupRead>(`/groups/${id}`, body),
  remove: (id: string) => remove<null>(`/groups/${id}`),
  capacity: (agent: string, capacity: number) => patch<PresenceUpdated>(`/agents/${agent}`, { capacity }),
};

export interface AuditQuery {
  since?: string | null;
  until?: string | null;
  actor?: string;
  action?: string;
  subject?: string;
}

export const auditTrail = {
  page: (query: AuditQuery, after: string | null) => get<AuditPage>("/audit", { ...query, after, limit: 50 }),
  things: () => get<AuditThing[]>("/audit/things"),
  file: (query: AuditQuery) => address("/audit/export", { ...query }),
};

export const words = {
  attempt: (config: WordsConfig, text: string) => post<WordsTried>("/desk/settings/words/try", { config, text }),
};

export const numbers = {
  reveal: (conversation: string, message: string, reason: string) =>
    post<MessageRead>(`/conversations/${conversation}/messages/${message}/reveal`, { reason }),
};
