// The knowledge base: search, and what editors check with.

import type { CollisionRead, CollisionsAsked, ExplainRead, ScopeRead, SearchRead } from "@shared/contract";
import { get, post } from "./http";

export interface ExplainQuery {
  q: string;
  region?: string;
  as_of?: string;
  business?: string;
  internal?: boolean;
  before?: string;
  top?: number;
}

export const knowledge = {
  search: (text: string, top = 5) => get<SearchRead>("/knowledge/search", { q: text, top }),
  scope: () => get<ScopeRead>("/knowledge/scope"),
  explain: (query: ExplainQuery) => get<ExplainRead>("/knowledge/explain", { ...query }),
  collisions: (draft: CollisionsAsked) => post<CollisionRead[]>("/knowledge/collisions", draft),
};
