// Files on their way into a ticket: uploaded at once, taken up when the ticket is filed or the step is taken.

import { computed } from "vue";
import { tickets } from "../api";
import { createTray } from "./composerFiles";

const tray = createTray((_, file, __, onProgress, signal) => tickets.upload(file, onProgress, signal));

/** `place`: where they are meant for, a field of a form or a step on a ticket; each has files of its own. */
export function useTicketFiles(place: () => string) {
  const files = computed(() => tray.of(place()));
  return {
    files,
    uploading: computed(() => files.value.some((each) => each.state === "uploading")),
    ids: computed(() => files.value.flatMap((each) => (each.content ? [each.content.attachment_id] : []))),
    /** What could not be taken, a sentence each. */
    take: (chosen: Iterable<File>) => tray.take(place(), chosen),
    remove: (key: string) => tray.remove(place(), key),
    retry: (key: string) => tray.retry(place(), key),
    /** They belong to the ticket now. */
    clear: () => void files.value.forEach((each) => tray.remove(place(), each.key)),
  };
}

export type TicketFiles = ReturnType<typeof useTicketFiles>;
