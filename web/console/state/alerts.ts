// The last alerts, put together by kind, so that many in a row do not flood the desk.

import type { AgentCommands } from "@shared/agent";
import type { AlertRaised } from "@shared/contract";
import type { Link } from "@shared/socket";
import { computed, ref } from "vue";
import { NOTICE_ALERT } from "./ticketNotices";

/** One thing that was alerted of, however often: the same code about the same conversation or agent. */
export interface AlertLine {
  key: string;
  code: string;
  message: string;
  conversation: string | null;
  left: string | null;
  times: number;
  at: string;
  seen: boolean;
}

export interface AlertGroup {
  code: string;
  lines: AlertLine[];
  unseen: number;
}

const KEPT = 50;

export function createAlerts(link: Link<AgentCommands>) {
  const lines = ref<AlertLine[]>([]); // newest first

  function take({ code, message, details }: AlertRaised): void {
    // These are rows, which have a bell of their own.
    if (code === NOTICE_ALERT) return;
    const text = (name: string) => (typeof details[name] === "string" ? (details[name] as string) : null);
    const conversation = text("conversation_id");
    const left = text("left_message_id");
    const key = `${code}:${left ?? conversation ?? text("agent_id") ?? ""}`;
    // What has happened need not be warned of any more.
    if (code === "answer_overdue") lines.value = lines.value.filter((line) => line.key !== `answer_due_soon:${conversation}`);
    const before = lines.value.find((line) => line.key === key);
    const line = { key, code, message, conversation, left, times: (before?.times ?? 0) + 1, at: new Date().toISOString(), seen: false };
    lines.value = [line, ...lines.value.filter((each) => each.key !== key)].slice(0, KEPT);
  }

  const groups = computed<AlertGroup[]>(() => {
    const found = new Map<string, AlertGroup>();
    for (const line of lines.value) {
      const group = found.get(line.code) ?? { code: line.code, lines: [], unseen: 0 };
      group.lines.push(line);
      group.unseen += line.seen ? 0 : 1;
      found.set(line.code, group);
    }
    return [...found.values()];
  });

  link.on("alert.raised", take);
  return {
    groups,
    unseen: computed(() => lines.value.filter((line) => !line.seen).length),
    /** The list was looked at. */
    look: () => (lines.value = lines.value.map((line) => ({ ...line, seen: true }))),
    clear: () => (lines.value = []),
  };
}
