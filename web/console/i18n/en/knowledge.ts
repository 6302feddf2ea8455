// English: the knowledge section's frame, and what several of its pages use.

import type { knowledge as chinese } from "../zh-CN/knowledge";

export const knowledge: Record<keyof typeof chinese, string> = {
  nav_knowledge: "Knowledge",
  knowledge_tabs: "Knowledge pages",
  knowledge_articles: "Articles",
  knowledge_expiring: "{count} end within 30 days",
  knowledge_reviews: "Review",
  knowledge_test: "Test",
  knowledge_import: "Import",
  knowledge_unknown: "Unknown questions",
  knowledge_hot: "Hot questions",

  audience_public: "Public",
  audience_internal: "Agents only",
};
