import type { DiffRead, ReviewRead } from "@shared/contract";
import { expect, it, vi } from "vitest";
import { versions } from "../console/api";
import { useReviews } from "../console/state/reviews";
import { article, fakeServer, version } from "./article-samples";

const waiting = version({ id: "v2", number: 2, status: "in_review", edit: 4, reviewed_by: null, published_at: null });
const review: ReviewRead = {
  version_id: "v2", article_id: "a1", number: 2, edit: 3, question: waiting.question, category: "公积金/提取", audience: "public",
  authors: ["wang"], submitted_at: "2026-01-02T00:00:00Z", note: "", first: false, may_publish: true,
};
const diff: DiffRead = { version: "v2", against: "v1", calls_off: [], fields: {} };

it("publishes the text that was looked at, and says which one that is", async () => {
  const server = fakeServer({
    "GET /reviews": () => ({ items: [review], next: null, people: {} }),
    "GET /articles/a1": () => article(waiting, version()),
    "GET /versions/v2/diff": () => diff,
    "POST /versions/v2/publish": () => article(waiting, version()),
  });
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => (asked.push(url), server.fetch(url, init)));
  const reviews = useReviews();
  await reviews.load();
  await reviews.open("v2");
  const seen = reviews.opened.value?.article.versions[0];
  if (!seen) throw new Error("nothing was opened");
  await reviews.publish(seen.id, seen.edit);
  expect(asked.at(-1)).toMatch(/\/versions\/v2\/publish\?edit=4$/);
  // The difference is asked for last, so that it is never older than the text that is published.
  expect(server.sent.map((each) => each.route).slice(1, 3)).toEqual(["GET /articles/a1", "GET /versions/v2/diff"]);
});

it("hands in the text that was on the screen, and says which one that is", async () => {
  const server = fakeServer({ "POST /versions/v2/submit": () => article(waiting) });
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => (asked.push(url), server.fetch(url, init)));
  await versions.submit("v2", 4, "按新条例改的");
  expect(asked.at(-1)).toMatch(/\/versions\/v2\/submit\?edit=4$/);
});
