// A section of the console with tabs: what its pages tell of themselves. Each section registers its own (knowledge.ts, bot.ts).

import type { Component } from "vue";
import type { Key } from "./i18n";

export interface SectionPage {
  /** The route's name; it is open to whoever has `permission`. */
  name: string;
  path: string;
  /** Of its tab; a page without one belongs to the tab `within`. */
  title?: Key;
  within?: string;
  /** Pages of one group follow each other below its name, where a section shows groups. */
  group?: Key;
  permission: string;
  view: () => Promise<Component | { default: Component }>;
}
