// The pages of the section with the settings, in the order of the menu.

import type { SectionPage } from "./section";

const DESK = "desk.settings";

export const SETTINGS_PAGES: SectionPage[] = [
  {
    name: "settings-inboxes",
    path: "inboxes",
    title: "settings_inboxes",
    permission: DESK,
    view: () => import("./views/SettingsInboxesView.vue"),
  },
  {
    name: "settings-hours",
    path: "hours",
    title: "settings_hours",
    permission: DESK,
    view: () => import("./views/SettingsHoursView.vue"),
  },
  {
    name: "settings-calendar",
    path: "calendar",
    title: "settings_calendar",
    permission: DESK,
    view: () => import("./views/SettingsCalendarView.vue"),
  },
  {
    name: "settings-admission",
    path: "admission",
    title: "settings_admission",
    permission: DESK,
    view: () => import("./views/SettingsAdmissionView.vue"),
  },
  {
    name: "settings-rules",
    path: "rules",
    title: "settings_rules",
    permission: DESK,
    view: () => import("./views/SettingsRulesView.vue"),
  },
  {
    name: "settings-texts",
    path: "texts",
    title: "settings_texts",
    permission: DESK,
    view: () => import("./views/SettingsTextsView.vue"),
  },
  {
    name: "settings-businesses",
    path: "businesses",
    title: "settings_businesses",
    permission: DESK,
    view: () => import("./views/SettingsBusinessesView.vue"),
  },
  {
    name: "settings-team",
    path: "team",
    title: "settings_team",
    permission: DESK,
    view: () => import("./views/SettingsTeamView.vue"),
  },
  {
    name: "settings-routing",
    path: "routing",
    title: "settings_routing",
    permission: DESK,
    view: () => import("./views/SettingsRoutingView.vue"),
  },
  {
    name: "settings-replies",
    path: "replies",
    title: "settings_replies",
    permission: "conversation.serve",
    view: () => import("./views/SettingsRepliesView.vue"),
  },
  {
    name: "settings-exchange",
    path: "exchange",
    title: "settings_exchange",
    permission: DESK,
    view: () => import("./views/SettingsExchangeView.vue"),
  },
  {
    name: "settings-clocks",
    path: "clocks",
    title: "settings_clocks",
    permission: DESK,
    view: () => import("./views/SettingsClocksView.vue"),
  },
  {
    name: "settings-presence",
    path: "presence",
    title: "settings_presence",
    permission: DESK,
    view: () => import("./views/SettingsPresenceView.vue"),
  },
  {
    name: "settings-groups",
    path: "groups",
    title: "settings_groups",
    permission: DESK,
    view: () => import("./views/SettingsGroupsView.vue"),
  },
  {
    name: "settings-accounts",
    path: "accounts",
    title: "settings_accounts",
    permission: "account.manage",
    view: () => import("./views/SettingsAccountsView.vue"),
  },
  {
    name: "settings-words",
    path: "words",
    title: "settings_words",
    permission: DESK,
    view: () => import("./views/SettingsWordsView.vue"),
  },
  {
    name: "settings-personal",
    path: "personal",
    title: "settings_personal",
    permission: DESK,
    view: () => import("./views/SettingsPersonalView.vue"),
  },
  {
    name: "settings-audit",
    path: "audit",
    title: "settings_audit",
    permission: "audit.read",
    view: () => import("./views/SettingsAuditView.vue"),
  },
];
