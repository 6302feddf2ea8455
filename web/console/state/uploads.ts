// Pictures and files on their way into an article, one after the other.

import type { AttachmentRead } from "@shared/contract";
import { ElMessage } from "element-plus/es/components/message/index";
import { shallowRef } from "vue";
import { articles } from "../api";
import { t } from "../i18n";
import { attempt } from "./report";

const MAX_MB = 20; // knowledge/articles/filetypes.py

export function useUploads(onStored: (file: AttachmentRead) => void) {
  const uploading = shallowRef<{ name: string; share: number } | null>(null);

  async function send(file: File): Promise<void> {
    if (file.size > MAX_MB * 1024 * 1024) return void ElMessage.error(t("problem_file_large", { limit: MAX_MB }));
    uploading.value = { name: file.name, share: 0 };
    await attempt(async () => {
      onStored(await articles.upload(file, (share) => (uploading.value = { name: file.name, share })));
    });
    uploading.value = null;
  }

  return {
    uploading,
    async take(files: File[]): Promise<void> {
      for (const file of files) await send(file);
    },
  };
}
