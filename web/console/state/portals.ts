// Portals' inboxes and their notices, as administrators see them.

import type { PortalDelivery, PortalRead } from "@shared/contract";
import { ElMessage } from "element-plus/es/components/message/index";
import { ref, shallowRef } from "vue";
import { portals } from "../api";
import { t } from "../i18n";
import { attempt } from "./report";

export const DELIVERY_STATES = ["failed", "retrying", "delivered"] as const;

export function usePortals() {
  const items = shallowRef<PortalRead[]>([]);
  const loaded = ref(false);

  async function load(): Promise<void> {
    await attempt(async () => void (items.value = await portals.list()));
    loaded.value = true;
  }

  return { items, loaded, load };
}

/** The notices to one portal, newest first. */
export function useDeliveries(inbox: string) {
  const items = shallowRef<PortalDelivery[]>([]);
  const next = shallowRef<string | null>(null);
  const state = ref<"all" | PortalDelivery["state"]>("all");
  const busy = ref(false);

  async function load(more = false): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const page = await portals.deliveries(inbox, state.value === "all" ? null : state.value, more ? next.value : null);
      items.value = more ? [...items.value, ...page.items] : page.items;
      next.value = page.next;
    });
    busy.value = false;
  }

  /** One notice, or all that failed. */
  async function resend(event?: string): Promise<void> {
    busy.value = true;
    await attempt(async () => {
      const { count } = event ? await portals.resend(inbox, event) : await portals.resendAll(inbox);
      ElMessage.success(t("portal_resent", { count }));
    });
    await load();
  }

  return { items, next, state, busy, load, resend };
}
