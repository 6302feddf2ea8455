// The provider of text messages beside its document of settings: its state, its secrets, a check and a test text.

import type { SmsCheck, SmsLog, SmsStatus } from "@shared/contract";
import { ref, shallowRef } from "vue";
import { sms as api } from "../api/sms";
import { t } from "../i18n";
import { attempt } from "./report";

/** Those that have a secret of their own here; an HTTP gateway has its key in the environment. */
export type Cloud = "aliyun" | "tencent";

export function useSms() {
  const status = shallowRef<SmsStatus | null>(null);
  const log = shallowRef<SmsLog | null>(null);
  /** `sent`: it is about a test text. */
  const outcome = shallowRef<(SmsCheck & { sent: boolean }) | null>(null);
  const busy = ref(false);

  async function load(): Promise<void> {
    await attempt(async () => {
      [status.value, log.value] = await Promise.all([api.status(), api.log()]);
    });
  }

  async function storeSecret(cloud: Cloud, secret: string): Promise<boolean> {
    const stored = await attempt(() => api.storeSecrets({ [cloud]: secret }), t("sms_secret_stored_now"));
    if (stored) await load();
    return stored;
  }

  async function ask(sent: boolean, question: () => Promise<SmsCheck>): Promise<void> {
    busy.value = true;
    outcome.value = null;
    await attempt(async () => {
      outcome.value = { ...(await question()), sent };
    });
    busy.value = false;
    await load();
  }

  return {
    status,
    log,
    outcome,
    busy,
    load,
    storeSecret,
    check: () => ask(false, api.check),
    test: (phone: string, template: string) => ask(true, () => api.test({ phone, template })),
  };
}
