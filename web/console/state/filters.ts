// What the list is narrowed to; the same words mean the same on the server (handoff/desk/wanted.py).

import type { GroupRead } from "../api/types";
import type { DeskConversation } from "./board";

export interface Filters {
  inbox: string | null;
  channel: string | null;
  business: string | null;
  tag: string | null;
  group: string | null;
  agent: string | null;
  unread: boolean;
  waiting: boolean;
  /** Closed from and until, as days (YYYY-MM-DD, both included, Asia/Shanghai). */
  since: string | null;
  until: string | null;
}

export const NO_FILTERS: Filters = {
  inbox: null, channel: null, business: null, tag: null, group: null, agent: null,
  unread: false, waiting: false, since: null, until: null,
};

const ZONE = "+08:00";
const DAY_MS = 86_400_000;

export function isNarrowed(filters: Filters): boolean {
  return Object.values(filters).some(Boolean);
}

/** For the server: days become moments. */
export function asQuery(filters: Filters): Record<string, string | boolean | null> {
  const { since, until, ...rest } = filters;
  const start = (day: string) => new Date(`${day}T00:00:00${ZONE}`);
  return {
    ...rest,
    unread: filters.unread || null,
    waiting: filters.waiting || null,
    since: since ? start(since).toISOString() : null,
    until: until ? new Date(start(until).getTime() + DAY_MS).toISOString() : null,
  };
}

export function matches(one: DeskConversation, unread: number, filters: Filters, groups: GroupRead[]): boolean {
  if (filters.inbox && one.inbox_id !== filters.inbox) return false;
  if (filters.channel && one.channel !== filters.channel) return false;
  if (filters.business && one.business !== filters.business) return false;
  if (filters.tag && !one.contact_tags.includes(filters.tag)) return false;
  if (filters.agent && one.owner_id !== filters.agent) return false;
  if (filters.unread && !unread) return false;
  if (filters.waiting && one.status !== "queued" && !one.waiting_since) return false;
  if (!filters.group) return true;
  const members = groups.find((group) => group.id === filters.group)?.members ?? [];
  return one.group_id === filters.group || (one.owner_id !== null && members.includes(one.owner_id));
}
