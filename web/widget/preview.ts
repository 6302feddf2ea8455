// The console's preview of a widget: its own empty page in a frame, which shows the real widget with settings that
// are not saved yet. The console sends them (console/components/settings/widget/WidgetPreview.vue).

import type { InboxWidget } from "@shared/contract";
import type { Locale } from "@shared/i18n";
import { fetchWindow } from "./fetching";
import { HOST_ID, launch } from "./launch";
import { openMemory } from "@shared/store";

/** What the console sends. */
export interface PreviewMessage {
  preview: InboxWidget;
  inbox: string;
  locale: Locale;
}

const isPreview = (data: unknown): data is PreviewMessage => typeof data === "object" && data !== null && "preview" in data;

function show({ preview, inbox, locale }: PreviewMessage): void {
  const wasOpen = document.body.dataset.open !== undefined;
  document.getElementById(HOST_ID)?.remove();
  delete window.Bangban;
  launch(
    { origin: "", inbox, subChannel: "preview", locale, nonce: null, button: true, attributes: { openAfter: -1 } },
    { settings: () => Promise.resolve(preview), app: () => fetchWindow("/widget"), store: openMemory() },
  );
  const api = window.Bangban as Window["Bangban"];
  if (!api || Array.isArray(api)) return;
  api.on("open", () => (document.body.dataset.open = ""));
  api.on("close", () => delete document.body.dataset.open);
  if (wasOpen) api.open();
}

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.origin === location.origin && isPreview(event.data)) show(event.data);
});
window.parent.postMessage("bangban-preview-ready", location.origin);
