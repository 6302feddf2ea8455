import type { ArticleContent, ArticleRead } from "@shared/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, reactive } from "vue";
import { useArticleEditor } from "../console/state/articleEditor";
import { useCollisions } from "../console/state/collisions";
import { article, fakeServer, refusal, version } from "./article-samples";

const FRESH = { nationwide: "全国", business: "公积金", category: null };
const draft = (extra = {}) => version({ id: "v2", number: 2, status: "draft", edit: 3, reviewed_by: null, published_at: null, ...extra });

async function open(stored: ArticleRead, routes: Record<string, (body: unknown) => unknown> = {}) {
  let now = stored;
  const server = fakeServer({ "GET /articles/a1": () => now, ...routes });
  vi.stubGlobal("fetch", server.fetch);
  const editor = effectScope().run(() => useArticleEditor("wang", "a1"));
  if (!editor) throw new Error("no editor");
  await editor.load(FRESH);
  return { editor, sent: server.sent, change: (next: ArticleRead) => (now = next) };
}

beforeEach(() => localStorage.clear());

describe("the article editor", () => {
  it("knows whether something is unsaved", async () => {
    const { editor } = await open(article(version()));
    expect(editor.dirty.value).toBe(false);
    editor.form.similar = [...editor.form.similar, ""];
    expect(editor.dirty.value).toBe(false); // an empty line is nothing
    editor.form.answer_md = "不可以。";
    expect(editor.dirty.value).toBe(true);
    editor.form.answer_md = "可以。";
    expect(editor.dirty.value).toBe(false);
  });

  it("makes a draft of a published version, and changes that draft in place afterwards", async () => {
    const saved = (body: unknown) =>
      article(draft({ ...((body as { content: ArticleContent }).content as object), edit: 1 }), version());
    const { editor, sent } = await open(article(version()), {
      "POST /articles/a1/versions": saved,
      "PUT /versions/v2": saved,
    });
    editor.form.answer_md = "不可以。";
    expect(await editor.save()).toBe(true);
    expect(editor.dirty.value).toBe(false);
    editor.form.answer_md = "看情况。";
    expect(await editor.save()).toBe(true);
    expect(sent.slice(1).map(({ route, body }) => [route, (body as { based_on?: number; edit?: number }).based_on ?? (body as { edit: number }).edit])).toEqual([
      ["POST /articles/a1/versions", 1],
      ["PUT /versions/v2", 1],
    ]);
  });

  it("asks the server nothing while a field is wrong, and names the field", async () => {
    const { editor, sent } = await open(article(draft()));
    editor.form.answer_md = "";
    expect(await editor.save()).toBe(false);
    expect(Object.keys(editor.problems.value)).toEqual(["answer_md"]);
    expect(sent.map(({ route }) => route)).toEqual(["GET /articles/a1"]);
  });

  it("puts what the server refuses beside its field and keeps the text", async () => {
    const { editor } = await open(article(draft()), {
      "PUT /versions/v2": () => refusal("next_unknown", "不存在的条目编号", { field: "next" }, 422),
    });
    editor.form.next = ["gone"];
    await expect(editor.save()).rejects.toThrow("不存在的条目编号");
    expect(editor.problems.value).toEqual({ next: "不存在的条目编号" });
    expect(editor.dirty.value).toBe(true);
  });

  it("shows what somebody else saved meanwhile, and saves the merged text on top of it", async () => {
    const theirs = draft({ question: "他们的标题", tags: ["他们"], edit: 4, authors: ["wang", "zhao"] });
    let refused = false;
    const { editor, sent, change } = await open(article(draft(), version()), {
      "PUT /versions/v2": (body) => {
        if (!refused) {
          refused = true;
          return refusal("article_changed", "这个条目已被他人修改");
        }
        const { content } = body as { content: ArticleContent };
        return article(draft({ ...(content as object), edit: 5 }), version());
      },
    });
    change(article(theirs, version()));
    editor.form.answer_md = "我的答案";
    expect(await editor.save()).toBe(false);
    expect(editor.conflict.value?.by).toBe("赵编");
    expect(editor.form.answer_md).toBe("我的答案"); // nothing of ours is touched

    editor.settle({ question: "theirs", tags: "theirs", answer_md: "mine" });
    expect(editor.conflict.value).toBeNull();
    expect([editor.form.question, editor.form.answer_md]).toEqual(["他们的标题", "我的答案"]);
    expect(await editor.save()).toBe(true);
    expect(sent.at(-1)?.body).toMatchObject({ edit: 4, content: { question: "他们的标题", answer_md: "我的答案" } });
  });

  it("asks again when the question whose text to take was put off", async () => {
    const { editor, change } = await open(article(draft()), {
      "PUT /versions/v2": (body) =>
        (body as { edit: number }).edit === 4 ? article(draft()) : refusal("article_changed", "这个条目已被他人修改"),
    });
    change(article(draft({ edit: 4, tags: ["他们"] })));
    editor.form.answer_md = "我的答案";
    await editor.save();
    editor.postpone();
    expect(editor.conflict.value).toBeNull();
    expect(await editor.save()).toBe(false); // not over their text, which nobody has looked at
    expect(editor.conflict.value).not.toBeNull();
  });

  it("keeps what was not saved for the next time, until it is saved", async () => {
    const first = await open(article(draft()));
    first.editor.form.answer_md = "写了一半";
    await nextTick();
    const second = await open(article(draft()), {
      "PUT /versions/v2": (body) => article(draft((body as { content: object }).content)),
    });
    expect(second.editor.form.answer_md).toBe("可以。"); // only offered
    second.editor.restore();
    expect(second.editor.form.answer_md).toBe("写了一半");
    await second.editor.save();
    expect((await open(article(draft({ answer_md: "写了一半" })))).editor.kept.value).toBeNull();
  });

  it("forgets a draft whose storage holds something else", async () => {
    localStorage.setItem("bangban.console.article.wang.a1", "{broken");
    expect((await open(article(draft()))).editor.kept.value).toBeNull();
  });

  it("keeps the merged text when theirs must be withdrawn from review first", async () => {
    const { editor, change } = await open(article(draft()), {
      "PUT /versions/v2": () => refusal("article_changed", "这个条目已被他人修改"),
      "POST /versions/v2/withdraw": () => article(draft({ edit: 5 })),
    });
    change(article(draft({ edit: 4, status: "in_review" })));
    editor.form.answer_md = "我的答案";
    await editor.save();
    editor.settle({ answer_md: "mine" });
    expect(editor.locked.value).toBe(true);
    await editor.withdraw();
    expect([editor.locked.value, editor.form.answer_md, editor.newest.value?.edit]).toEqual([false, "我的答案", 5]);
  });

  it("lets nobody write in what waits for review", async () => {
    const { editor } = await open(article(draft({ status: "in_review" })), {
      "POST /versions/v2/withdraw": () => article(draft()),
    });
    expect(editor.locked.value).toBe(true);
    await editor.withdraw();
    expect(editor.locked.value).toBe(false);
  });
});

describe("warnings of colliding wordings", () => {
  const hit = (wording: string) => ({
    wording, article_id: "a2", question: "公积金贷款额度", other_wording: "能贷多少", similarity: 0.91, near: "near" as const,
  });

  function watchWordings(answers: (() => unknown)[]) {
    const server = fakeServer({ "POST /collisions": () => answers.shift()?.() });
    vi.stubGlobal("fetch", server.fetch);
    const wordings = reactive({ question: "租房", similar: ["能贷多少钱"] });
    const scope = effectScope();
    const state = scope.run(() => useCollisions(() => wordings, () => "a1", PAUSE_MS));
    if (!state) throw new Error("no state");
    return { ...state, wordings, sent: server.sent, scope };
  }

  const PAUSE_MS = 700;

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are found by the wording, with the article's own id left to the server", async () => {
    const { found, sent, scope } = watchWordings([() => [hit("能贷多少钱")]]);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(found.value.get("能贷多少钱")?.question).toBe("公积金贷款额度");
    expect(sent[0]?.body).toMatchObject({ question: "租房", similar: ["能贷多少钱"], article_id: "a1" });
    scope.stop();
  });

  it("are asked for once, after the last keystroke", async () => {
    const { sent, wordings, scope } = watchWordings([() => []]);
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    wordings.question = "租房子";
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ body }) => (body as { question: string }).question)).toEqual(["租房子"]);
    scope.stop();
  });

  it("are said to be missing when the server cannot tell", async () => {
    const { found, failed, scope } = watchWordings([() => refusal("unavailable", "索引还没有准备好", {}, 503)]);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(failed.value).toBe(true);
    expect(found.value.size).toBe(0);
    scope.stop();
  });
});
