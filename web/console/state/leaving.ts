// Whoever leaves with open conversations is asked: they would be handed on to colleagues.

import { ElMessageBox } from "element-plus/es/components/message-box/index";
import { t } from "../i18n";

/** Whether the agent wants to go, and have `active` conversations handed on. */
export async function confirmsHandOn(active: number): Promise<boolean> {
  try {
    await ElMessageBox.confirm(t("leaving_text", { active }), t("leaving_title"), {
      confirmButtonText: t("leaving_yes"), cancelButtonText: t("leaving_no"), type: "warning",
    });
    return true;
  } catch {
    return false;
  }
}
