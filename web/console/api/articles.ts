// Articles of the knowledge base: the tree they are filed in, their versions and review, their pictures.

import type {
  ArticleContent, ArticlePage, ArticleRead, AttachmentRead, CategoryRead, Deleted, DiffRead, Rendered, RenderRequest, ReviewPage,
  TagRead,
} from "@shared/contract";
import { get, patch, post, put, remove, upload } from "./http";

export interface ArticleQuery {
  after?: string | null;
  limit?: number;
  category?: string | null;
  words?: string;
  status?: string | null;
  tag?: string | null;
  region?: string | null;
  audience?: string | null;
  expiring_within?: number | null;
  mine?: boolean;
}

/** A version as it stands on the screen; `edit` counts its changes. */
export interface SeenVersion {
  id: string;
  edit: number;
}

const BASE = "/knowledge";

export const categories = {
  list: () => get<CategoryRead[]>(`${BASE}/categories`),
  create: (name: string, parent_id: string | null) => post<CategoryRead>(`${BASE}/categories`, { name, parent_id }),
  change: (id: string, change: { name?: string; parent_id?: string | null; position?: number }) =>
    patch<CategoryRead>(`${BASE}/categories/${id}`, change),
  remove: (id: string) => remove<null>(`${BASE}/categories/${id}`),
};

export const articles = {
  list: (query: ArticleQuery) => get<ArticlePage>(`${BASE}/articles`, { ...query }),
  expiring: (within: number, after: string | null) => get<ArticlePage>(`${BASE}/expiring`, { within, after }),
  read: (id: string) => get<ArticleRead>(`${BASE}/articles/${id}`),
  create: (content: ArticleContent, category_id: string | null) =>
    post<ArticleRead>(`${BASE}/articles`, { content, category_id }),
  file: (id: string, category_id: string) => patch<ArticleRead>(`${BASE}/articles/${id}`, { category_id }),
  revise: (id: string, based_on: number, content: ArticleContent) =>
    post<ArticleRead>(`${BASE}/articles/${id}/versions`, { based_on, content }),
  retire: (id: string) => post<ArticleRead>(`${BASE}/articles/${id}/retire`),
  rollBack: (id: string, number: number) => post<ArticleRead>(`${BASE}/articles/${id}/rollback`, { number }),
  tags: (begins: string) => get<TagRead[]>(`${BASE}/tags`, { begins, limit: 20 }),
  render: (draft: RenderRequest) => post<Rendered>(`${BASE}/render`, draft),
  upload: (file: File, onProgress: (share: number) => void) => {
    const form = new FormData();
    form.append("file", file);
    return upload<AttachmentRead>(`${BASE}/attachments`, form, onProgress);
  },
};

export const versions = {
  save: (id: string, edit: number, content: ArticleContent) => put<ArticleRead>(`${BASE}/versions/${id}`, { edit, content }),
  /** `edit`: the counter of the text on the screen; somebody may have changed it since. */
  remove: (id: string, edit: number) => remove<Deleted>(`${BASE}/versions/${id}?edit=${edit}`),
  submit: (id: string, edit: number, note: string) => post<ArticleRead>(`${BASE}/versions/${id}/submit?edit=${edit}`, { note }),
  withdraw: (id: string) => post<ArticleRead>(`${BASE}/versions/${id}/withdraw`),
  sendBack: (id: string, comment: string) => post<ArticleRead>(`${BASE}/versions/${id}/send_back`, { comment }),
  publish: (id: string, edit: number) => post<ArticleRead>(`${BASE}/versions/${id}/publish?edit=${edit}`),
  diff: (id: string, against?: string) => get<DiffRead>(`${BASE}/versions/${id}/diff`, { against }),
  reviews: (after: string | null) => get<ReviewPage>(`${BASE}/reviews`, { after }),
};
