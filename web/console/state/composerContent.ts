// What goes over the socket: of a file only which one it is, the rest is the server's.

import { contentLine, isAttached } from "@shared/content";
import type { AnswerContent, AttachedFile, TextContent } from "@shared/contract";
import type { Outgoing } from "@shared/thread";

export function sentContent(content: Outgoing): TextContent | AnswerContent | AttachedFile {
  if (isAttached(content)) return { type: content.type, attachment_id: content.attachment_id };
  return content.type === "location" ? { type: "text", text: contentLine(content) } : content; // only citizens send places
}
