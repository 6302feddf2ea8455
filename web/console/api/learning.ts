// The learning loop: questions asked, clusters of unanswered ones, hot questions and the menus they are in.

import type {
  Adopt, ClusterPage, ClusterRead, DayRead, DecisionRead, HotPage, HotPins, MenuRead, QuestionPage, QuestionRead,
} from "@shared/contract";
import { get, post, put } from "./http";

export interface QuestionQuery {
  after?: string | null;
  limit?: number;
  band?: QuestionRead["band"] | "";
  helpful?: boolean | null;
  handed_off?: boolean | null;
  source?: QuestionRead["source"] | "";
  inbox?: string;
  cluster?: string;
  first?: string;
  last?: string;
  words?: string;
}

export const questions = {
  list: (query: QuestionQuery) => get<QuestionPage>("/knowledge/questions", { ...query }),
  days: (query: { first?: string; last?: string; inbox?: string }) => get<DayRead[]>("/knowledge/questions/days", query),
  clusters: (state: ClusterRead["state"], after?: string | null) =>
    get<ClusterPage>("/knowledge/questions/unknown", { state, after }),
  draft: (id: string) => post<DecisionRead>(`/knowledge/questions/clusters/${id}/draft`),
  adopt: (id: string, body: Adopt) => post<DecisionRead>(`/knowledge/questions/clusters/${id}/adopt`, body),
  dismiss: (id: string) => post<unknown>(`/knowledge/questions/clusters/${id}/dismiss`),
  reopen: (id: string) => post<unknown>(`/knowledge/questions/clusters/${id}/reopen`),
};

export const hot = {
  read: (inbox: string | null) => get<HotPage>("/knowledge/hot", { inbox }),
  pin: (pins: HotPins) => put<HotPage>("/knowledge/hot/pins", pins),
  menus: () => get<MenuRead[]>("/wechat/menus"),
  pushMenu: (inbox: string) => post<unknown>(`/wechat/menus/${inbox}/push`),
};
