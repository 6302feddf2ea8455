// Says what went wrong, in the server's words, and whether an action worked.

import { AppError } from "@shared/errors";
import { ElMessage } from "element-plus/es/components/message/index";
import { t } from "../i18n";

export function reasonOf(failure: unknown): string {
  return failure instanceof AppError ? failure.message : t("error_connection");
}

export async function attempt(action: () => Promise<unknown>, success?: string): Promise<boolean> {
  try {
    await action();
    if (success) ElMessage.success(success);
    return true;
  } catch (failure) {
    ElMessage.error({ message: reasonOf(failure), grouping: true, showClose: true });
    return false;
  }
}
