// What the server sends, as the tests need it.

import type { FileContent, MessageRead, SessionReady } from "@shared/contract";
import { conversation, message } from "../../web/tests/samples";

export { conversation, message };

export function sessionReady(extra: Partial<SessionReady> = {}): SessionReady {
  return {
    token: "t1", contact: "k1", conversation: null, unread: 0, welcome: [], hot: [], drafts: true, rating: null, subscribe: [],
    exchange: { kinds: ["image", "voice", "video", "file"], max_mb: 20 },
    left_messages: { answered_at: null, businesses: ["提取"], codes: true, count: 0 },
    widget: {
      colour: "#14579e", logo: "", side: "right", side_px: 24, bottom_px: 24, texts: { title: "在线咨询", bubble: "", greeting: "" },
      texts_en: { title: "Ask us", bubble: "", greeting: "" }, opening: { when: "never", seconds: 0, pages: [] },
      entries: [{ label: "租房提取", ask: "租房怎么提取公积金" }],
    },
    ...extra,
  } as SessionReady;
}

export const own = { kind: "visitor", id: "v", name: null } as const;
export const agent = { kind: "agent", id: "a", name: "王芳" } as const;

export const said = (seq: number, content: MessageRead["content"], extra: Partial<MessageRead> = {}): MessageRead => message(seq, { content, ...extra });

export const picture = (over: Partial<FileContent> = {}): FileContent => ({
  type: "image", attachment_id: "f1", url: "/api/v1/conversations/c1/attachments/f1/a.jpg?key=x", name: "a.jpg", size: 2048,
  media_type: "image/jpeg", width: 800, height: 400, ...over,
});

/** The page and its timers have done what they were about to. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 6; round++) await new Promise((go) => setTimeout(go));
};
