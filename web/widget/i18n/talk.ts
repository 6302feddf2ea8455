// What is said around a conversation's end, and in the title while nobody looks.

export const zh = {
  ended: "本次服务已结束",
  begin: "开始新的咨询",
  ended_hint: "以前的对话会保留在上面，随时可以往上翻看。",
  new_visit: "新的咨询",
  new_in_title: "【新消息】",
};

export const en: Record<keyof typeof zh, string> = {
  ended: "This conversation has ended",
  begin: "Start a new one",
  ended_hint: "What was said stays above; scroll up to read it.",
  new_visit: "A new conversation",
  new_in_title: "(New message) ",
};
