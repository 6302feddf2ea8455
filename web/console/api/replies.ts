// Saved replies, and files of conversations.

import type { FileContent, RepliesImported, SavedReplyList, SavedReplyRead, SavedReplyWrite } from "@shared/contract";
import { address, get, post, put, remove, upload } from "./http";

const BASE = "/saved-replies";

export type ReplyScope = SavedReplyRead["scope"];

/** One shelf: everybody's, a group's, one's own. */
export interface Shelf {
  scope: ReplyScope;
  group_id: string | null;
}

export const savedReplies = {
  list: () => get<SavedReplyList>(BASE),
  create: (body: SavedReplyWrite) => post<SavedReplyRead>(BASE, body),
  change: (id: string, body: SavedReplyWrite) => put<SavedReplyRead>(`${BASE}/${id}`, body),
  remove: (id: string) => remove<null>(`${BASE}/${id}`),
  used: (id: string) => post<null>(`${BASE}/${id}/used`),
  /** The address of the shelf as a spreadsheet; the browser loads it. */
  file: (shelf: Shelf, form: "csv" | "xlsx") => address(`${BASE}/files/${shelf.scope}`, { group_id: shelf.group_id, form }),
  take: (shelf: Shelf, file: File) => {
    const form = new FormData();
    form.append("file", file);
    const group = shelf.group_id ? `?group_id=${shelf.group_id}` : "";
    return upload<RepliesImported>(`${BASE}/files/${shelf.scope}${group}`, form);
  },
};

export const files = {
  send(conversationId: string, file: File, seconds: number | null, onProgress: (share: number) => void, signal: AbortSignal) {
    const form = new FormData();
    form.append("file", file);
    if (seconds !== null) form.append("seconds", String(seconds));
    return upload<FileContent>(`/conversations/${conversationId}/attachments`, form, onProgress, signal);
  },
};
