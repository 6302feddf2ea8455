// What is said under answers.

export const zh = {
  helpful: "有用",
  unhelpful: "没用",
  feedback: "这个回答对您有帮助吗？",
  feedback_thanks: "感谢反馈",
  feedback_undone: "已撤回评价",
  basis: "依据（{count}）",
};

export const en: Record<keyof typeof zh, string> = {
  helpful: "Helpful",
  unhelpful: "Not helpful",
  feedback: "Did this help?",
  feedback_thanks: "Thank you",
  feedback_undone: "Taken back",
  basis: "Legal basis ({count})",
};
