// Chinese: what every page of settings uses, and the page of the clocks.

export const settings = {
  nav_settings: "设置",
  settings_menu: "设置页面",
  settings_group_citizens: "接待市民",
  settings_group_agents: "坐席工作",
  settings_group_safety: "内容安全",
  settings_group_people: "账号与审计",
  settings_save: "保存",
  settings_undo: "撤销修改",
  settings_saved: "已保存，立即生效",
  settings_dirty: "有未保存的修改",
  settings_leave: "修改还没有保存，确定离开吗？",
  settings_overtaken: "这项设置刚才被别人改过，您的修改还没有保存。",
  settings_theirs: "看新的内容（放弃我的修改）",
  settings_mine: "用我的内容覆盖",

  settings_clocks: "答复与静默时限",
  settings_clocks_hint: "坐席多久要答复、市民多久不说话算静默，以及双方会看到的提示。",
  clock_answer_seconds: "后续答复时限（秒）",
  clock_answer_hint: "市民发言后，坐席应在这个时间内答复；常见的合同指标是 180 秒。",
  clock_answer_alert: "超时提醒（给坐席和班长）",
  clock_idle_reminder_minutes: "市民静默多久后提醒（分钟）",
  clock_idle_reminder: "静默提醒（给市民）",
  clock_idle_close_minutes: "提醒后多久结束会话（分钟）",
  clock_idle_closed: "自动结束时的说明（给市民）",
};
