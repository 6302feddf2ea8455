// The pages of the knowledge section, in the order of their tabs: a page is registered here when it exists.

import type { SectionPage } from "./section";

const READ = "knowledge.read";
const EDIT = "knowledge.edit";

export const KNOWLEDGE_PAGES: SectionPage[] = [
  {
    name: "knowledge-articles",
    path: "articles/:id?",
    title: "knowledge_articles",
    permission: READ,
    view: () => import("./views/KnowledgeArticlesView.vue"),
  },
  {
    name: "knowledge-article-new",
    path: "articles/new",
    within: "knowledge-articles",
    permission: EDIT,
    view: () => import("./views/KnowledgeEditorView.vue"),
  },
  {
    name: "knowledge-article-edit",
    path: "articles/:id/edit",
    within: "knowledge-articles",
    permission: EDIT,
    view: () => import("./views/KnowledgeEditorView.vue"),
  },
  {
    name: "knowledge-reviews",
    path: "reviews/:version?",
    title: "knowledge_reviews",
    permission: EDIT,
    view: () => import("./views/KnowledgeReviewsView.vue"),
  },
  {
    name: "knowledge-test",
    path: "test",
    title: "knowledge_test",
    permission: READ,
    view: () => import("./views/KnowledgeTestView.vue"),
  },
  {
    name: "knowledge-import",
    path: "import/:id?",
    title: "knowledge_import",
    permission: EDIT,
    view: () => import("./views/KnowledgeImportView.vue"),
  },
  {
    name: "knowledge-unknown",
    path: "unknown",
    title: "knowledge_unknown",
    permission: EDIT,
    view: () => import("./views/KnowledgeUnknownView.vue"),
  },
  {
    name: "knowledge-questions",
    path: "questions",
    title: "knowledge_questions",
    permission: EDIT,
    view: () => import("./views/KnowledgeQuestionsView.vue"),
  },
  {
    name: "knowledge-hot",
    path: "hot",
    title: "knowledge_hot",
    permission: EDIT,
    view: () => import("./views/KnowledgeHotView.vue"),
  },
];
