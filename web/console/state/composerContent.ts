// What goes over the socket: of a file only which one it is, the rest is the server's.

import type { AttachedFile } from "@shared/contract";
import type { Outgoing } from "@shared/thread";

type Sent = Exclude<Outgoing, { attachment_id: string }> | AttachedFile;

export function sentContent(content: Outgoing): Sent {
  return "attachment_id" in content ? { type: content.type, attachment_id: content.attachment_id } : content;
}

/** Taken from what was pasted or dropped. */
export function filesOf(data: DataTransfer | null): File[] {
  return data ? [...data.files] : [];
}
