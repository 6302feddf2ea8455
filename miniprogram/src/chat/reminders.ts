// Consent to a message of WeChat when there is an answer: asked of who leaves the queue, or writes while nobody serves.
// Which templates there are comes with the session; where the inbox has none nothing is asked.

import type { Visitor } from "@widget/state/visitor";
import { computed, ref } from "vue";
import type { Texts } from "./i18n";

/** wx.requestSubscribeMessage takes three at most. */
const MOST = 3;

export type Consent = "" | "accepted" | "refused";

export function createReminders(visitor: Visitor, texts: Texts) {
  const said = ref<Consent>("");
  const templates = computed(() => (visitor.session.value?.subscribe ?? []).slice(0, MOST));

  /** Only inside the handler of a tap: WeChat asks nobody else. Never throws, and never holds up what was tapped for. */
  async function ask(): Promise<void> {
    if (!templates.value.length) return;
    try {
      const answer = await wx.requestSubscribeMessage({ tmplIds: templates.value });
      const given = answer as unknown as Record<string, string>;
      said.value = templates.value.some((id) => given[id] === "accept") ? "accepted" : "refused";
    } catch {
      said.value = "refused"; // switched off in the settings, or the template is gone
    }
    void wx.showToast({ title: texts.own(said.value === "accepted" ? "remind_done" : "remind_refused"), icon: "none", duration: 3000 });
  }

  return { templates, said, ask };
}
