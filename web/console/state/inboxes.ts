// The inboxes, for pages that name them.

import type { InboxRead } from "@shared/contract";
import { shallowRef } from "vue";
import { inboxes } from "../api";
import { attempt } from "./report";

export function useInboxes() {
  const items = shallowRef<InboxRead[]>([]);
  const load = () => attempt(async () => void (items.value = await inboxes.list()));
  const nameOf = (id: string) => items.value.find((inbox) => inbox.id === id)?.name ?? id;
  return { items, load, nameOf };
}
