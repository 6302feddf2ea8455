// Asks before somebody leaves what is not saved, by a link of ours or by closing the window.

import { ElMessageBox } from "element-plus/es/components/message-box/index";
import { onBeforeUnmount, type Ref } from "vue";
import { onBeforeRouteLeave } from "vue-router";
import { t } from "../i18n";

export function useLeaveGuard(dirty: Ref<boolean>): void {
  function onUnload(event: BeforeUnloadEvent): void {
    if (dirty.value) event.preventDefault();
  }

  onBeforeRouteLeave(async () => {
    if (!dirty.value) return true;
    const sure = await ElMessageBox.confirm(t("edit_leave_confirm"), {
      confirmButtonText: t("edit_leave"),
      cancelButtonText: t("edit_stay"),
      type: "warning",
    }).catch(() => null);
    return sure !== null;
  });
  window.addEventListener("beforeunload", onUnload);
  onBeforeUnmount(() => window.removeEventListener("beforeunload", onUnload));
}
