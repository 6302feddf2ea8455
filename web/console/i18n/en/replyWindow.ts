// English: what WeChat still lets agents send, and the page of its settings.

import type { replyWindow as zh } from "../zh-CN/replyWindow";

export const replyWindow: Record<keyof typeof zh, string> = {
  replies_left: "{left} more replies",
  replies_hours: "within {hours} h {minutes} min",
  replies_minutes: "within {minutes} min",
  replies_seconds: "within {seconds} s",
  replies_after_last: "What you write after it waits until the citizen writes",
  replies_spent: "All replies WeChat allows are used",
  replies_closed: "The citizen has not written for 48 hours: WeChat allows no reply",
  replies_kept: "What you write now is kept and goes out when the citizen writes again.",
  replies_held: "{held} waiting.",
  replies_reminded_notice: "Reminded by a WeChat notice",
  replies_reminded_sms: "Reminded by text message",

  settings_wechat_replies: "WeChat replies",
  settings_wechat_replies_hint: "Each time a citizen writes, WeChat allows five replies within 48 hours. How messages are joined when few are left, and how citizens are told when nothing gets through. For official accounts, mini-programs and WeChat customer service alike.",
  replies_part_merge: "Joining",
  replies_scarce: "Join agents' short messages when no more replies are left than",
  replies_scarce_hint: "While there are more, everything goes out at once",
  replies_settle: "Wait for more words (seconds)",
  replies_settle_hint: "Agents often send a sentence in pieces; 0: never wait",
  replies_part_remind: "Reminders",
  replies_remind: "Tell citizens when a reply cannot get through",
  replies_remind_hint: "By WeChat's own notice, else by text message. It only says that there is a reply",
  replies_remind_sms: "Text messages where WeChat has no way",
  replies_remind_sms_hint: "Only to citizens who proved their phone with a code (left messages)",
  replies_remind_after: "Wait before reminding (minutes)",
  replies_remind_after_hint: "The citizen may write again at once; one reminder a day at most",
  replies_remind_hours: "Hours for reminders",
  replies_remind_begin: "From",
  replies_remind_end: "To",
  replies_remind_hours_hint: "At other times it waits for the next day",
  replies_keep: "Keep waiting replies (days)",
  replies_keep_hint: "Afterwards they are shown as not delivered",
};
