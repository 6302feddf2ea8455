// Other systems that are told of tickets, programs' keys, and what both may be limited to.

import type { ApiKeyRead, DepartmentRead, TicketDeliveryRead, TicketEndpointRead } from "@shared/contract";
import { ElMessage } from "element-plus/es/components/message/index";
import { computed, ref, shallowRef } from "vue";
import { departments, tickets } from "../api";
import { endpoints, keys } from "../api/office";
import { label, t } from "../i18n";
import { asTree, type DepartmentLine } from "./accounts";
import { attempt } from "./report";

export const DELIVERY_STATES = ["failed", "retrying", "delivered"] as const;
export const PERSONAL = ["none", "masked", "full"] as const;
export const SEES = ["own", "group", "all"] as const;
/** As the history names them, in the order of a ticket's life. */
export const STEPS = [
  "file", "classify", "revise", "assign", "accept", "return", "comment", "reply", "ask", "resume", "submit", "approve", "send_back", "resolve", "tell",
  "follow_up", "rate", "close", "reopen", "withdraw", "urge", "remark", "merge", "take_in", "link", "unlink", "escalate", "reschedule",
] as const;

export interface Choices {
  tree: DepartmentLine[];
  types: { id: string; name: string }[];
}

export function useOffice() {
  const systems = shallowRef<TicketEndpointRead[]>([]);
  const programs = shallowRef<ApiKeyRead[]>([]);
  const nextKey = shallowRef<string | null>(null);
  const all = shallowRef<DepartmentRead[]>([]);
  const types = shallowRef<Choices["types"]>([]);
  const loaded = ref(false);
  const choices = computed<Choices>(() => ({ tree: asTree(all.value), types: types.value }));

  async function load(): Promise<void> {
    await attempt(async () => {
      const [found, page] = await Promise.all([endpoints.list(), keys.list()]);
      systems.value = found;
      programs.value = page.items;
      nextKey.value = page.next;
    });
    loaded.value = true;
  }

  async function moreKeys(): Promise<void> {
    await attempt(async () => {
      const page = await keys.list(nextKey.value);
      programs.value = [...programs.value, ...page.items];
      nextKey.value = page.next;
    });
  }

  async function loadChoices(): Promise<void> {
    await attempt(async () => {
      const [found, kinds] = await Promise.all([departments.list(), tickets.types()]);
      all.value = found;
      types.value = kinds.map(({ id, definition }) => ({ id, name: definition.name }));
    });
  }

  return { systems, programs, nextKey, choices, loaded, load, moreKeys, loadChoices };
}

/** What something is limited to, in words: the names that are known, all where there are none. */
export function namesOf(ids: readonly string[], known: readonly { id: string; name: string }[]): string {
  const names = new Map(known.map((each) => [each.id, each.name]));
  return ids.length ? ids.map((id) => names.get(id) ?? id).join("、") : t("office_all");
}

export const stepNames = (steps: readonly string[]): string => (steps.length ? steps.map((step) => label("done_", step)).join("、") : t("office_all"));

/** The events to one system, newest first. */
export function useTicketDeliveries(endpoint: string) {
  const items = shallowRef<TicketDeliveryRead[]>([]);
  const next = shallowRef<string | null>(null);
  const query = ref({ state: "all" as "all" | TicketDeliveryRead["state"], number: "" });
  const busy = ref(false);

  async function load(more = false): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const { state, number } = query.value;
      const page = await endpoints.deliveries({
        endpoint_id: endpoint, state: state === "all" ? null : state, number: number.trim() || null, after: more ? next.value : null,
      });
      items.value = more ? [...items.value, ...page.items] : page.items;
      next.value = page.next;
    });
    busy.value = false;
  }

  /** One event, or all that failed. */
  async function resend(event?: string): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const { count } = event ? await endpoints.resend(endpoint, event) : await endpoints.resendAll(endpoint);
      ElMessage.success(t("portal_resent", { count }));
    });
    await load();
  }

  return { items, next, query, busy, load, resend };
}
