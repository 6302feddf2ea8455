// English: what every page of settings uses, and the page of the clocks.

export const settings = {
  nav_settings: "Settings",
  settings_menu: "Pages of settings",
  settings_group_citizens: "Serving citizens",
  settings_group_agents: "Agents' work",
  settings_group_safety: "Content",
  settings_group_people: "Accounts",
  settings_save: "Save",
  settings_undo: "Undo changes",
  settings_saved: "Saved, in force now",
  settings_dirty: "Changes are not saved yet",
  settings_leave: "Your changes are not saved. Leave anyway?",
  settings_overtaken: "Somebody else has just changed these settings. Yours are not saved yet.",
  settings_theirs: "See the new ones (drop mine)",
  settings_mine: "Overwrite with mine",

  settings_clocks: "Answers and silence",
  settings_clocks_hint: "How soon agents must answer, when a citizen counts as silent, and what both are told.",
  clock_answer_seconds: "Next answers within (seconds)",
  clock_answer_hint: "After a citizen's message the agent should answer in this time; contracts usually ask for 180 seconds.",
  clock_answer_alert: "When it is overdue (for agent and supervisors)",
  clock_idle_reminder_minutes: "Remind a silent citizen after (minutes)",
  clock_idle_reminder: "Reminder (for the citizen)",
  clock_idle_close_minutes: "Close after the reminder (minutes)",
  clock_idle_closed: "When it is closed (for the citizen)",
};
