// One ticket as its citizen has it open, what he does with it, and what may be filed. Loaded with the tickets' pages.

import type { OwnTicketDetail, OwnTicketForms, VisitorPayloads } from "@shared/contract";
import { AppError } from "@shared/errors";
import { effectScope, inject, ref, shallowRef, watch, type InjectionKey } from "vue";
import type { Tickets } from "./tickets";
import type { Visitor } from "./visitor";

export type Filing = Required<VisitorPayloads["file_ticket"]>;
export type Remark = Omit<Required<VisitorPayloads["remark_ticket"]>, "id" | "key">;

/** `signal`: the citizen leaves, and nothing is watched any more. */
export function createOwnTickets(visitor: Visitor, tickets: Tickets, signal?: AbortSignal) {
  const scope = effectScope(true);
  signal?.addEventListener("abort", () => scope.stop());
  return scope.run(() => track(visitor, tickets)) as ReturnType<typeof track>;
}

function track({ link, session }: Visitor, tickets: Tickets) {
  const current = shallowRef<OwnTicketDetail | null>(null);
  const forms = shallowRef<OwnTicketForms | null>(null);
  /** Nothing could be read: try again. */
  const lost = ref(false);
  // Whoever looks at another ticket meanwhile is not shown the one before.
  let wanted = "";

  const which = () => ({ id: current.value?.id ?? "", key: current.value?.key ?? "" });

  function take(ticket: OwnTicketDetail): OwnTicketDetail {
    if (ticket.id === wanted) current.value = ticket;
    return ticket;
  }

  async function read(id: string, key: string): Promise<void> {
    lost.value = false;
    try {
      take(await link.command("read_ticket", { id, key }));
    } catch (failure) {
      if (id !== wanted) return;
      // A key is good for an hour: who comes back later proves the phone anew.
      if (failure instanceof AppError && failure.code === "ticket_not_found") forget();
      else lost.value = true;
    }
  }

  function forget(): void {
    wanted = "";
    current.value = null;
    if (tickets.page.value === "ticket") tickets.open("list");
  }

  link.on("ticket.updated", ({ id }) => {
    if (id === current.value?.id) void read(id, current.value.key);
  });
  // What moved while the line was down; a window that was opened by a number follows it anew.
  watch(session, () => {
    if (current.value) void read(current.value.id, current.value.key);
  });

  function show(ticket: OwnTicketDetail): void {
    wanted = ticket.id;
    current.value = ticket;
    tickets.open("ticket");
  }

  return {
    current, forms, lost,
    /** One of one's own: shown when it is there. */
    async look(id: string): Promise<void> {
      wanted = id;
      if (current.value?.id !== id) current.value = null;
      tickets.open("ticket");
      await read(id, current.value?.key ?? "");
    },
    again: () => read(wanted, current.value?.key ?? ""),
    // These throw what the link throws.
    async openByNumber(number: string, phone: string, code: string): Promise<void> {
      show(await link.command("open_ticket", { number, phone, code }));
    },
    async loadForms(): Promise<void> {
      forms.value = await link.command("ticket_forms", {});
    },
    async file(filing: Filing): Promise<OwnTicketDetail> {
      const ticket = await link.command("file_ticket", filing);
      void tickets.refresh().catch(() => undefined);
      return ticket;
    },
    show,
    remark: async (words: Remark) => void take(await link.command("remark_ticket", { ...which(), ...words })),
    withdraw: async (reason: string) => void take(await link.command("withdraw_ticket", { ...which(), reason })),
    urge: async () => void take(await link.command("urge_ticket", which())),
    confirm: async () => void take(await link.command("confirm_ticket", which())),
    rate: async (score: number, tags: string[], comment: string) =>
      void take(await link.command("rate_ticket", { ...which(), score, tags, comment })),
  };
}

export type OwnTickets = ReturnType<typeof createOwnTickets>;
export const OWN_TICKETS: InjectionKey<OwnTickets> = Symbol("own tickets");

export function useOwnTickets(): OwnTickets {
  const own = inject(OWN_TICKETS);
  if (!own) throw new Error("no own tickets provided");
  return own;
}
