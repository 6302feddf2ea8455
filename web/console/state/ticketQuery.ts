// What a list of tickets is asked for, as the page's address holds it: a link opens the same list.

import type { ListQuery } from "@shared/contract";
import type { LocationQuery, LocationQueryRaw } from "vue-router";

export type TicketView = ListQuery["view"];
export type TicketSort = ListQuery["sort"];
/** Those with a counter, and all of them. */
export const VIEWS: TicketView[] = ["mine", "department", "unassigned", "review", "due_soon", "overdue", "waiting", "all"];
export const SORTS: TicketSort[] = ["filed", "due", "updated", "priority"];
export const MANY = ["type", "status", "stage", "department", "assignee", "business", "region", "priority", "source", "channel"] as const;
const TEXTS = ["number", "phone", "name", "q", "filed_since", "filed_until", "due_since", "due_until"] as const;

/** Where lists are about deadlines, the next one comes first. */
export const usualSort = (view: TicketView): TicketSort =>
  view === "all" || view === "waiting" ? "filed" : view === "mine" || view === "due_soon" || view === "overdue" ? "due" : "priority";

export function emptyQuery(view: TicketView = "mine"): ListQuery {
  return {
    view, type: [], status: [], stage: [], department: [], assignee: [], business: [], region: [], priority: [], source: [], channel: [],
    filed_since: null, filed_until: null, due_since: null, due_until: null, number: "", phone: "", name: "", q: "",
    conversation_id: null, contact_id: null, sort: usualSort(view), reverse: false,
  };
}

const strings = (value: LocationQuery[string] | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string" && one !== "");

export function queryOf(address: LocationQuery): ListQuery {
  const view = VIEWS.find((one) => one === strings(address.view)[0]) ?? "mine";
  const query = emptyQuery(view);
  for (const key of MANY) Object.assign(query, { [key]: strings(address[key]) });
  for (const key of TEXTS) {
    const value = strings(address[key])[0];
    if (value !== undefined) Object.assign(query, { [key]: value });
  }
  query.sort = SORTS.find((one) => one === strings(address.sort)[0]) ?? query.sort;
  query.reverse = strings(address.reverse)[0] === "true";
  return query;
}

export function addressOf(query: ListQuery): LocationQueryRaw {
  const usual = emptyQuery(query.view);
  const address: LocationQueryRaw = { view: query.view };
  for (const key of MANY) if (query[key].length) address[key] = [...query[key]];
  for (const key of TEXTS) if (query[key]) address[key] = query[key];
  if (query.sort !== usual.sort) address.sort = query.sort;
  if (query.reverse) address.reverse = "true";
  return address;
}

/** How many filters narrow the list, its words aside. */
export const narrowings = (query: ListQuery): number =>
  MANY.filter((key) => query[key].length).length +
  [query.filed_since || query.filed_until, query.due_since || query.due_until, query.number, query.phone, query.name].filter(Boolean).length;

export const sameList = (one: ListQuery, other: ListQuery): boolean => JSON.stringify(addressOf(one)) === JSON.stringify(addressOf(other));
