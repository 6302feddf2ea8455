// The code that proves a phone: sent at a tap, then counted down.

import { AppError } from "@shared/errors";
import { check, tidy, type FormField } from "@widget/components/forms/checks";
import { ref } from "vue";
import type { Session } from "./session";

const FIELD: FormField = { name: "phone", label: "", kind: "phone", required: true, options: [], hint: "" };

/** `purpose`: what the code is to be good for. */
export function createPhoneCode({ visitor, texts }: Pick<Session, "visitor" | "texts">, purpose: "left_message" | "ticket" = "left_message") {
  const fault = ref("");
  const told = ref("");
  const wait = ref(0);
  const asking = ref(false);
  let timer: ReturnType<typeof setInterval> | 0 = 0;

  // By the time, not by counting: a phone that sleeps counts nothing.
  function countDown(seconds: number): void {
    const until = Date.now() + seconds * 1000;
    clearInterval(timer);
    const tick = () => {
      wait.value = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (!wait.value) clearInterval(timer);
    };
    timer = setInterval(tick, 500);
    tick();
  }

  return {
    fault, told, wait, asking,
    async ask(phone: string): Promise<void> {
      if (asking.value || wait.value) return;
      told.value = fault.value = "";
      const plain = tidy(FIELD, phone);
      if (check(FIELD, phone) || !plain.startsWith("1")) return void (fault.value = texts.left("phone_needed"));
      asking.value = true;
      try {
        const sent = await visitor.link.command("send_phone_code", { phone: plain, purpose });
        countDown(sent.wait_seconds);
        told.value = texts.left("code_sent", { minutes: Math.max(1, Math.round(sent.valid_seconds / 60)) });
      } catch (failure) {
        fault.value = failure instanceof AppError ? failure.message : texts.left("lost");
        const seconds = failure instanceof AppError ? Number(failure.details["retry_after"]) : 0;
        if (seconds > 0 && seconds < 600) countDown(seconds);
      }
      asking.value = false;
    },
    /** The code, else null with the reason in `fault`. */
    take(written: string): string | null {
      const given = written.normalize("NFKC").replace(/\s/g, "");
      if (/^\d{4,8}$/.test(given)) return given;
      fault.value = texts.left("code_needed");
      return null;
    },
    end: () => clearInterval(timer),
  };
}
