// Articles and versions as the server sends them.
import type { ArticleRead, VersionRead } from "@shared/contract";

export function version(extra: Partial<VersionRead> = {}): VersionRead {
  return {
    id: "v1", article_id: "a1", number: 1, status: "published", edit: 1, question: "租房可以提取公积金吗", similar: ["租房能取吗"],
    answer_md: "可以。", citations: [{ document: "条例", number: "", clause: "第一条", link: "" }], business: "公积金", region: "全国",
    audience: "public", effective_from: null, effective_to: null, next: [], tags: ["租房"], variants: {}, attachments: [], remarks: [],
    rolled_back_to: null, created_by: "wang", authors: ["wang"], created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z",
    submitted_at: null, reviewed_by: "li", published_at: "2026-01-01T00:00:00Z", retired_at: null, retired_by: null, ...extra,
  };
}

export function article(...versions: VersionRead[]): ArticleRead {
  return {
    id: "a1", key: "rent", source: "console", category_id: "c1", category: "公积金/提取", live: true, expires_on: null,
    created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", in_force: versions.at(-1)?.id ?? null, versions,
    attachments: [], people: { wang: "王编", zhao: "赵编" },
  };
}

/** A server that answers by method and path; it keeps what it was sent. Throws for what no test expects. */
export function fakeServer(routes: Record<string, (body: unknown) => unknown>) {
  const sent: { route: string; body: unknown }[] = [];
  const fetch = async (url: string, init: RequestInit = {}) => {
    const path = url.replace("/api/v1/knowledge", "").replace(/\?.*/, "");
    const route = `${init.method ?? "GET"} ${path}`;
    const answer = routes[route];
    if (!answer) throw new Error(`not expected: ${route}`);
    const body: unknown = init.body ? JSON.parse(String(init.body)) : null;
    sent.push({ route, body });
    const result = answer(body);
    return result instanceof Response ? result : new Response(JSON.stringify(result));
  };
  return { fetch, sent };
}

export function refusal(code: string, message: string, details: object = {}, status = 409): Response {
  return new Response(JSON.stringify({ error: { code, message, details } }), { status });
}
