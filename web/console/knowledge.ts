// The pages of the knowledge section, in the order of their tabs: a page is registered here when it exists.

import type { Component } from "vue";
import type { Key } from "./i18n";

export interface KnowledgePage {
  /** The route's name; its tab is shown to whoever has `permission`. */
  name: string;
  path: string;
  title: Key;
  permission: string;
  view: () => Promise<Component | { default: Component }>;
}

export const KNOWLEDGE_PAGES: KnowledgePage[] = [
  {
    name: "knowledge-articles",
    path: "articles/:id?",
    title: "knowledge_articles",
    permission: "knowledge.read",
    view: () => import("./views/KnowledgeArticlesView.vue"),
  },
  {
    name: "knowledge-test",
    path: "test",
    title: "knowledge_test",
    permission: "knowledge.read",
    view: () => import("./views/KnowledgeTestView.vue"),
  },
];
