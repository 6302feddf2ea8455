// The forms an agent owes after services: the one on the screen, and the others, so that none is forgotten.

import type { AgentCommands } from "@shared/agent";
import type { WrapUpItem, WrapUpRead, WrapUpSend, WrapUpUpdated } from "@shared/contract";
import type { Link } from "@shared/socket";
import { ref, shallowRef } from "vue";
import { wrapUps as api } from "../api";

export function createWrapUps(link: Link<AgentCommands>) {
  const owed = ref<WrapUpItem[]>([]);
  const form = shallowRef<WrapUpRead | null>(null);
  // Kept out of sight with what is written in it: away from the desk it would lie over other pages' buttons.
  const aside = ref(false);

  async function refresh(): Promise<void> {
    owed.value = await api.owed();
  }

  async function load(id: string): Promise<void> {
    form.value = await api.read(id);
  }

  /** Asked for by the agent, on whatever page. */
  async function open(id: string): Promise<void> {
    await load(id);
    aside.value = false;
  }

  async function send(wanted: WrapUpSend): Promise<void> {
    const sent = await link.command("wrap_up", wanted);
    owed.value = owed.value.filter((each) => each.id !== sent.id);
    if (form.value?.id === sent.id) form.value = null;
  }

  async function onUpdate(update: WrapUpUpdated): Promise<void> {
    const shown = form.value;
    if (shown?.id === update.id) form.value = update.state === "pending" ? { ...shown, until: update.until } : null;
    const isNew = update.state === "pending" && !owed.value.some((each) => each.id === update.id);
    await refresh();
    // Whoever is writing one form is not shown another.
    if (isNew && !form.value) await load(update.id);
  }

  link.on("wrap_up.updated", (update) => void onUpdate(update).catch(() => undefined));
  return { owed, form, aside, refresh, open, send, later: () => (form.value = null) };
}
