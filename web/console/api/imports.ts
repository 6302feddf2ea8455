// Bringing files into the knowledge base: upload, progress, rows, choice; and files to download.

import type { ImportApply, ImportPage, ImportRead, RowDetail, RowPage, RowRead } from "@shared/contract";
import { address, get, post, upload } from "./http";

export type RowOutcome = RowRead["outcome"];

const BASE = "/knowledge/imports";

export const imports = {
  list: (after: string | null = null) => get<ImportPage>(BASE, { after, limit: 10 }),
  send: (file: File, onProgress: (share: number) => void) => {
    const form = new FormData();
    form.append("file", file);
    return upload<ImportRead>(BASE, form, onProgress);
  },
  read: (id: string) => get<ImportRead>(`${BASE}/${id}`),
  rows: (id: string, outcome: RowOutcome | null, after: number, limit: number) =>
    get<RowPage>(`${BASE}/${id}/rows`, { outcome, after, limit }),
  row: (id: string, position: number) => get<RowDetail>(`${BASE}/${id}/rows/${position}`),
  choose: (id: string, positions: number[], wanted: boolean | null) =>
    post<ImportRead>(`${BASE}/${id}/rows/choose`, { positions, wanted }),
  apply: (id: string, how: ImportApply) => post<ImportRead>(`${BASE}/${id}/apply`, how),
  cancel: (id: string) => post<ImportRead>(`${BASE}/${id}/cancel`),
  refused: (id: string) => address(`${BASE}/${id}/refused`),
  template: (form: "xlsx" | "csv") => address(`${BASE}/template`, { form }),
  exported: (form: string) => address("/knowledge/exports", { form }),
};
