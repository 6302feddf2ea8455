// A look at numbers that are shown in part. Every look is audited, and ends by itself.

import { AppError } from "@shared/errors";
import { ElMessageBox } from "element-plus/es/components/message-box/index";
import { onBeforeUnmount, ref, type Ref } from "vue";
import { t } from "../i18n";
import { useAccount } from "./account";
import { attempt } from "./report";

// An open look over the shoulder of whoever has left the desk.
const LASTS = 60_000;

/** `shown`: what is looked at, in full. `reveal` asks the server for it, with a reason where it wants one. */
export function useReveal<Full>(shown: Ref<Full | null>, reveal: (reason: string) => Promise<Full>) {
  const busy = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function asked(reason = ""): Promise<Full | null> {
    try {
      return await reveal(reason);
    } catch (failure) {
      if (!(failure instanceof AppError) || failure.code !== "reveal_reason_needed") throw failure;
    }
    const asking = ElMessageBox.prompt(t("reveal_reason"), { inputPattern: /\S/, inputErrorMessage: t("reveal_reason") });
    const given = await asking.then(({ value }) => value, () => null);
    return given === null ? null : asked(given);
  }

  async function look(): Promise<void> {
    busy.value = true;
    await attempt(async () => void (shown.value = await asked()));
    busy.value = false;
    if (shown.value) timer = setTimeout(hide, LASTS);
  }

  function hide(): void {
    clearTimeout(timer);
    shown.value = null;
  }

  onBeforeUnmount(() => clearTimeout(timer));
  return { permitted: useAccount().may("personal.read"), busy, toggle: () => (shown.value ? hide() : void look()) };
}
