// Reading aloud, and what one sets in the window's menu.

export const zh = {
  menu: "设置",
  other_language: "English",
  tone: "新消息提示音",
  always_aloud: "自动朗读",
  read_aloud: "朗读",
  stop_reading: "停止",
};

export type AccessKey = keyof typeof zh;

export const en: Record<AccessKey, string> = {
  menu: "Settings",
  other_language: "中文",
  tone: "Sound for new messages",
  always_aloud: "Read everything aloud",
  read_aloud: "Read aloud",
  stop_reading: "Stop",
};
