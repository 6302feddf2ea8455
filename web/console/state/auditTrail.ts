// The audit trail: what is asked for, and the pages read so far.

import type { AuditEntry, AuditThing } from "@shared/contract";
import { computed, ref, shallowRef } from "vue";
import { accounts, auditTrail, type AuditQuery } from "../api";
import { attempt } from "./report";

/** What the filters hold; times as the browser's local form `2026-11-22T09:30`. */
export interface AuditAsked {
  since: string;
  until: string;
  actor: string;
  action: string;
  subject: string;
}

// Screens show China's time, wherever the browser is.
const ZONE = "+08:00";

function asTime(local: string): string | null {
  return local ? `${local}:00${ZONE}` : null;
}

export function useAuditTrail() {
  const asked = ref<AuditAsked>({ since: "", until: "", actor: "", action: "", subject: "" });
  const items = shallowRef<AuditEntry[]>([]);
  const next = shallowRef<string | null>(null);
  const things = shallowRef<AuditThing[]>([]);
  const people = shallowRef<{ id: string; name: string }[]>([]);
  const busy = ref(false);
  const query = computed<AuditQuery>(() => ({ ...asked.value, since: asTime(asked.value.since), until: asTime(asked.value.until) }));

  async function load(more = false): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const page = await auditTrail.page(query.value, more ? next.value : null);
      items.value = more ? [...items.value, ...page.items] : page.items;
      next.value = page.next;
    });
    busy.value = false;
  }

  async function loadChoices(): Promise<void> {
    await attempt(async () => {
      things.value = await auditTrail.things();
      const page = await accounts.list({});
      people.value = page.items.map(({ id, name, login }) => ({ id, name: `${name}（${login}）` }));
    });
  }

  const file = computed(() => auditTrail.file(query.value));
  return { asked, items, next, things, people, busy, load, loadChoices, file };
}
