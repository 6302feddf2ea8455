// A ticket while it is being filed: its type, what it is about, its citizen, the type's own fields, whose it is to be.

import type { TicketCreate, TicketTypeRead } from "@shared/contract";
import { AppError } from "@shared/errors";
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { tickets } from "../api";
import type { NamedTicket } from "../api/tickets";
import { t } from "../i18n";
import { attempt, reasonOf } from "./report";
import { type FieldValues, filledIn, isPhone, problemsOf } from "./ticketFields";
import { useTicketTypes } from "./ticketTypes";

// As handoff/tickets/schemas.py.
export const MOST_TITLE = 200;
export const MOST_DESCRIPTION = 4000;
const MOST_SIMILAR = 5;
const OPEN = new Set(["new", "open", "pending"]);

const emptyTicket = () => ({
  type: "", title: "", description: "", priority: "normal" as NonNullable<TicketCreate["priority"]>, business: "", region: "",
  citizen_name: "", citizen_phone: "", by_rules: true, department: "", person: "",
});

/** `fileIds`: what was uploaded into the form, by the field it is for; "" for those of no field. */
export function useTicketForm(fileIds: () => Record<string, string[]>) {
  const { active, load } = useTicketTypes();
  const ticket = reactive(emptyTicket());
  const values = ref<FieldValues>({});
  const similar = shallowRef<NamedTicket[]>([]);
  const tried = ref(false);
  const refused = ref<{ field: string; message: string } | null>(null);
  const from = ref<{ conversation: string | null; contact: string | null }>({ conversation: null, contact: null });

  const type = computed<TicketTypeRead | null>(() => active.value.find((each) => each.id === ticket.type) ?? null);
  // What those who handle it find out is not known yet.
  const fields = computed(() => (type.value?.definition.fields ?? []).filter((each) => each.visible !== "handlers" || each.required));
  const filled = computed<FieldValues>(() => {
    const uploaded = Object.entries(fileIds()).filter(([key, ids]) => key && ids.length);
    return { ...values.value, ...Object.fromEntries(uploaded) };
  });
  const problems = computed<Record<string, string>>(() => {
    const found: Record<string, string> = {};
    const own = problemsOf(fields.value, filled.value);
    for (const [key, problem] of Object.entries(own)) found[`fields.${key}`] = problem;
    if (!ticket.title.trim()) found["title"] = t("ticket_title_needed");
    if (!ticket.description.trim()) found["description"] = t("ticket_description_needed");
    if (ticket.citizen_phone.trim() && !isPhone(ticket.citizen_phone)) found["citizen_phone"] = t("ticket_phone_wrong");
    if (!ticket.by_rules && !ticket.department && !ticket.person) found["assignee_id"] = t("ticket_assign_needed");
    return found;
  });

  watch(type, (next) => {
    if (next && !next.definition.priorities.includes(ticket.priority)) ticket.priority = next.definition.priority;
    refused.value = null;
  });
  watch([ticket, values], () => (refused.value = null), { deep: true });

  /** What is wrong with a field; only after somebody tried to send it, or as the server said. */
  function problemOf(field: string): string | undefined {
    if (refused.value?.field === field) return refused.value.message;
    return tried.value ? problems.value[field] : undefined;
  }

  async function begin(conversation: string | null, contact: string | null): Promise<void> {
    from.value = { conversation, contact };
    tried.value = false;
    await load();
    if (!type.value) ticket.type = active.value[0]?.id ?? "";
    ticket.priority = type.value?.definition.priority ?? "normal";
  }

  /** Tickets of the same citizen that are under way: perhaps this is one of them. */
  async function lookForSimilar(): Promise<void> {
    const phone = ticket.citizen_phone.trim();
    const asked: Promise<NamedTicket[]>[] = [];
    if (from.value.contact) asked.push(tickets.named({ contact_id: from.value.contact, limit: 20 }));
    if (isPhone(phone)) asked.push(tickets.named({ phone, limit: 20 }));
    const found = (await Promise.all(asked.map((each) => each.catch(() => [])))).flat().filter((each) => OPEN.has(each.status));
    similar.value = [...new Map(found.map((each) => [each.id, each])).values()].slice(0, MOST_SIMILAR);
  }

  function written(): TicketCreate {
    const body: TicketCreate = {
      type: ticket.type, title: ticket.title.trim(), description: ticket.description.trim(), priority: ticket.priority,
      citizen_name: ticket.citizen_name.trim(), citizen_phone: ticket.citizen_phone.trim(),
      fields: filledIn(fields.value, filled.value), file_ids: [...new Set(Object.values(fileIds()).flat())],
    };
    if (ticket.business) body.business = ticket.business;
    if (ticket.region.trim()) body.region = ticket.region.trim();
    if (from.value.conversation) body.conversation_id = from.value.conversation;
    if (!ticket.by_rules && ticket.department) body.department_id = ticket.department;
    if (!ticket.by_rules && ticket.person) body.assignee_id = ticket.person;
    return body;
  }

  return {
    ticket, values, type, types: active, fields, similar, problemOf, begin, lookForSimilar,
    ready: computed(() => !Object.keys(problems.value).length),
    fill(known: Partial<ReturnType<typeof emptyTicket>>, own: FieldValues): void {
      Object.assign(ticket, known);
      values.value = { ...values.value, ...own };
    },
    reset(): void {
      Object.assign(ticket, emptyTicket());
      [values.value, similar.value, tried.value] = [{}, [], false];
    },
    /** The filed ticket; null when something is missing or the server refused it, which is said beside the field. */
    async send(): Promise<Awaited<ReturnType<typeof tickets.create>> | null> {
      tried.value = true;
      if (Object.keys(problems.value).length) return null;
      try {
        return await tickets.create(written());
      } catch (failure) {
        const field = failure instanceof AppError ? failure.details["field"] : undefined;
        if (typeof field === "string") refused.value = { field, message: reasonOf(failure) };
        await attempt(() => Promise.reject(failure as Error));
        return null;
      }
    },
  };
}
