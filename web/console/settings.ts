// The pages of the section with the settings, in the order of the menu.

import type { SectionPage } from "./section";

const DESK = "desk.settings";

export const SETTINGS_PAGES: SectionPage[] = [
  {
    name: "settings-clocks",
    path: "clocks",
    title: "settings_clocks",
    permission: DESK,
    view: () => import("./views/SettingsClocksView.vue"),
  },
];
