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
    name: "settings-clocks",
    path: "clocks",
    title: "settings_clocks",
    permission: DESK,
    view: () => import("./views/SettingsClocksView.vue"),
  },
];
