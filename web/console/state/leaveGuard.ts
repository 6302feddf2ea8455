// Asks before somebody leaves what is not saved, by a link of ours or by closing the window.

import { ElMessageBox } from "element-plus/es/components/message-box/index";
import { onBeforeUnmount, type Ref } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate } from "vue-router";
import { t, type Key } from "../i18n";

/** `words`: what to ask; an article is kept in the browser, other forms are not. */
export function useLeaveGuard(dirty: Ref<boolean>, words: Key = "edit_leave_confirm"): void {
  function onUnload(event: BeforeUnloadEvent): void {
    if (dirty.value) event.preventDefault();
  }

  async function ask(): Promise<boolean> {
    if (!dirty.value) return true;
    const sure = await ElMessageBox.confirm(t(words), {
      confirmButtonText: t("edit_leave"),
      cancelButtonText: t("edit_stay"),
      type: "warning",
    }).catch(() => null);
    return sure !== null;
  }

  onBeforeRouteLeave(ask);
  // To another one on the same page.
  onBeforeRouteUpdate((to, from) => JSON.stringify(to.params) === JSON.stringify(from.params) || ask());
  window.addEventListener("beforeunload", onUnload);
  onBeforeUnmount(() => window.removeEventListener("beforeunload", onUnload));
}
