// What an editor wrote and did not save, kept in this browser: a closed window must not cost an hour's work.

import type { ArticleForm } from "./articleForm";

const PREFIX = "bangban.console.article.";

export interface KeptDraft {
  form: ArticleForm;
  category: string | null;
  at: string;
}

/** `article`: its id, or null for a new one. Storage may be full or forbidden: then nothing is kept. */
export function keptDraft(account: string, article: string | null, storage: Storage = localStorage) {
  const key = `${PREFIX}${account}.${article ?? "new"}`;
  return {
    read(): KeptDraft | null {
      try {
        const kept: unknown = JSON.parse(storage.getItem(key) ?? "null");
        return isKept(kept) ? kept : null;
      } catch {
        return null;
      }
    },
    write(draft: KeptDraft): void {
      try {
        storage.setItem(key, JSON.stringify(draft));
      } catch {
        // Nothing is lost yet: the text is in the form, and leaving it asks.
      }
    },
    drop(): void {
      try {
        storage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}

function isKept(value: unknown): value is KeptDraft {
  const kept = value as Partial<KeptDraft> | null;
  return typeof kept?.at === "string" && typeof kept.form === "object" && Array.isArray(kept.form?.similar);
}
