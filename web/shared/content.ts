// Names for parts of the generated contract that many files use, and guards for what it leaves open.

import type { Citation, MessageRead } from "./contract";

export type Content = MessageRead["content"];
export type AuthorKind = MessageRead["author"]["kind"];

const CONTENT_TYPES = new Set<string>([
  "text", "choices", "answer", "image", "voice", "video", "file", "location", "form", "activity",
]);

export function isContent(value: unknown): value is Content {
  return (
    typeof value === "object" && value !== null && CONTENT_TYPES.has(String((value as { type?: unknown }).type))
  );
}

/** Whether it holds a file; in what is not sent yet, `attachment_id` may be the client's own name for it. */
export function isAttached<C extends { type: string }>(content: C): content is Extract<C, { attachment_id: string }> {
  return "attachment_id" in content;
}

/** One line such as 《住房公积金管理条例》（国务院令第710号）第二十四条. */
export function citationLine(citation: Citation): string {
  const number = citation.number ? `（${citation.number}）` : "";
  return `《${citation.document.replace(/^《|》$/g, "")}》${number}${citation.clause}`;
}

/** Only http(s) links may be followed; anything else in data is shown as text. */
export function safeLink(link: string | null | undefined): string | null {
  return link && /^https?:\/\//i.test(link) ? link : null;
}

const FILE_KINDS = { image: "图片", voice: "语音", video: "视频", file: "文件" };

/** Content as one line, for previews and notifications. */
export function contentLine(content: Content): string {
  switch (content.type) {
    case "text":
    case "choices":
    case "activity":
      return content.text;
    case "answer":
      return content.text_md.replace(/[#*_>`]|\[|\]\([^)]*\)/g, "");
    case "location":
      return content.label || "[位置]";
    case "form":
      return typeof content.data["title"] === "string" ? `[表单] ${content.data["title"]}` : "[表单]";
    default:
      return `[${FILE_KINDS[content.type]}] ${content.type === "voice" && content.seconds ? `${content.seconds}″` : content.name}`;
  }
}
