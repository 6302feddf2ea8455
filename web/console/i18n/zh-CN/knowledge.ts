// Chinese: the knowledge section's frame, and what several of its pages use.

export const knowledge = {
  nav_knowledge: "知识库",
  knowledge_tabs: "知识库页面",
  knowledge_articles: "条目",
  knowledge_expiring: "{count} 条 30 天内到期",
  knowledge_reviews: "审核",
  knowledge_test: "测试",
  knowledge_import: "导入",
  knowledge_unknown: "未知问题",
  knowledge_hot: "热门问题",

  audience_public: "对外",
  audience_internal: "只供坐席",
};
