// The texts of the rating card. Titles, levels and tags are the inbox's own settings, in Chinese; those that ship with
// the product are known in English.

export const zh = {
  which: "评价哪次服务",
  service: "{name}，{time}",
  tags: "您的感受（最多选 {most} 项）",
  reason: "请选择原因，或者写几句话",
  submit: "提交评价",
  update: "提交修改",
  skip: "暂不评价",
  cancel: "不改了",
  thanks: "{thanks}：{label}",
  change: "修改评价",
  change_hint: "一天之内可以修改",
  offline: "网络连接已断开，请稍后再提交。",
};

export type RatingKey = keyof typeof zh;

export const en: Record<RatingKey, string> = {
  which: "Which service",
  service: "{name}, {time}",
  tags: "What stood out (at most {most})",
  reason: "Choose a reason or write a few words",
  submit: "Send",
  update: "Send the change",
  skip: "Not now",
  cancel: "Leave it as it is",
  thanks: "{thanks}: {label}",
  change: "Change it",
  change_hint: "You can change it for a day",
  offline: "The connection is lost; send it a little later.",
};

export const SHIPPED_EN: Record<string, string> = {
  请评价本次服务: "How was this service?",
  "还有什么想对我们说的（选填）": "Anything else (optional)",
  感谢您的评价: "Thank you",
  非常满意: "Very good",
  满意: "Good",
  基本满意: "Fair",
  不满意: "Bad",
  非常不满意: "Very bad",
  解答清楚: "Clear",
  态度热情: "Friendly",
  响应及时: "Quick",
  解决问题: "Solved it",
  等待太久: "Long wait",
  没听懂问题: "Misunderstood",
  解答不清楚: "Unclear",
  问题没解决: "Not solved",
  态度不好: "Unfriendly",
};
