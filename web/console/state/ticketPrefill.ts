// What a conversation already says of the ticket that is filed from it; the person who files looks it over.

import { tickets } from "../api";
import type { useTicketForm } from "./ticketForm";

/** Whether something was filled in. What cannot be had is no reason not to file. */
export async function prefill(conversationId: string, form: Pick<ReturnType<typeof useTicketForm>, "fill">): Promise<boolean> {
  const known = await tickets.prefill(conversationId).catch(() => null);
  if (!known) return false;
  const { type, title, description, business, region, citizen_name, citizen_phone } = known;
  const plain = Object.fromEntries(Object.entries({ type, title, description, business, region, citizen_name, citizen_phone }).filter(([, value]) => value));
  form.fill(plain, known.fields);
  return Object.keys(plain).length + Object.keys(known.fields).length > 0;
}
