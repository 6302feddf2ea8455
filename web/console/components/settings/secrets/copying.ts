// Into the clipboard, and says so.

import { ElMessage } from "element-plus/es/components/message/index";
import { t } from "../../../i18n";

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text);
  ElMessage.success(t("portal_copied"));
}
