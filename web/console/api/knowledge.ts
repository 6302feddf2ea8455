// The knowledge base: search, articles and their review.

import type { ArticlePage, SearchRead } from "@shared/contract";
import { get } from "./http";

export const knowledge = {
  search: (text: string, top = 5) => get<SearchRead>("/knowledge/search", { q: text, top }),
  articles: () => get<ArticlePage>("/knowledge/articles"),
};
