import type { FileContent, ReplyVariable, SavedReplyRead } from "@shared/contract";
import { AppError } from "@shared/errors";
import { createThread } from "@shared/thread";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sentContent } from "../console/state/composerContent";
import { createDrafts } from "../console/state/composerDrafts";
import { createTray } from "../console/state/composerFiles";
import { sends } from "../console/state/composerPreferences";
import { mentionAt, replaced, slashAt } from "../console/state/composerSlash";
import { useTyping } from "../console/state/composerTyping";
import { fill, pieces, unfilled, valuesOf } from "../console/state/replyVariables";
import { search } from "../console/state/savedReplies";
import { conversation, settle } from "./samples";

const VARIABLES: ReplyVariable[] = [
  { name: "市民", means: "citizen" }, { name: "坐席", means: "agent" }, { name: "业务", means: "business" },
  { name: "时间", means: "time" }, { name: "工单号", means: "ticket" },
];

function reply(title: string, extra: Partial<SavedReplyRead> = {}): SavedReplyRead {
  return {
    id: title, scope: "shared", group_id: null, group_name: null, shortcut: "", title, initials: "", text: "", category: "",
    position: 0, uses: 0, updated_at: "2026-01-01T00:00:00Z", editable: false, ...extra,
  };
}

beforeEach(() => localStorage.clear());

describe("the variables of a saved reply", () => {
  const values = valuesOf(conversation({ contact_name: "李女士", business: "提取" }), "王芳", "", undefined, new Date("2026-11-23T02:05:00Z"));

  it("are filled with what is known, every time they stand there, and stay where nothing is", () => {
    const text = fill("{市民}您好，{坐席}为您办理{业务}，{市民}。{时间}，{工单号}", VARIABLES, values);
    expect(text).toBe("李女士您好，王芳为您办理提取，李女士。10:05，{工单号}");
    expect(unfilled(text, VARIABLES)).toEqual(["{工单号}"]);
  });

  it("know five past midnight as 00:05", () => {
    const night = valuesOf(conversation({}), "王芳", "", undefined, new Date("2026-11-22T16:05:00Z"));
    expect(night.time).toBe("00:05");
  });

  it("are not filled out of what was filled in", () => {
    const odd = { ...values, citizen: "$& {工单号}" };
    expect(fill("{市民}", VARIABLES, odd)).toBe("$& {工单号}");
  });

  it("are marked where they are missing and nowhere else", () => {
    expect(pieces("a{业务}b{x}", ["{业务}"])).toEqual([
      { text: "a", missing: false }, { text: "{业务}", missing: true }, { text: "b{x}", missing: false },
    ]);
    expect(pieces("a{业务}", [])).toEqual([{ text: "a{业务}", missing: false }]);
  });
});

describe("looking for a saved reply", () => {
  it("begins with a slash at the beginning of a word and ends with a blank", () => {
    expect(slashAt("/", 1)).toEqual({ start: 0, end: 1, query: "" });
    expect(slashAt("您好 /nh", 6)).toEqual({ start: 3, end: 6, query: "nh" });
    expect(slashAt("您好 /nh", 5)).toEqual({ start: 3, end: 5, query: "n" });
    for (const text of ["3/4", "http://x", "/nh ", "您好/"]) expect(slashAt(text, text.length), text).toBeNull();
  });

  it("puts it in the place of what was typed", () => {
    expect(replaced("您好 /nh 再见", 3, 6, "请稍候")).toEqual({ text: "您好 请稍候 再见", caret: 6 });
  });

  it("finds by shortcut first, then title, initials, category and text; what is used most before", () => {
    const all = [
      reply("甲", { text: "qsh 在内容里" }), reply("乙", { initials: "qsh" }), reply("丙", { shortcut: "qsh" }),
      reply("qsh 丁"), reply("戊", { initials: "qsh", uses: 9 }), reply("己", { category: "qsh" }), reply("庚"),
    ];
    expect(search(all, "QSH").map((each) => each.title)).toEqual(["丙", "qsh 丁", "戊", "乙", "己", "甲"]);
  });

  it("offers everything, most used first, before anything is typed", () => {
    const all = [reply("甲"), reply("乙", { uses: 3 }), reply("丙", { scope: "own" })];
    expect(search(all, " ").map((each) => each.title)).toEqual(["乙", "丙", "甲"]);
  });

  it("takes an @ in a note for a colleague, but not in an address", () => {
    expect(mentionAt("请@王", 3)).toEqual({ start: 1, end: 3, query: "王" });
    expect(mentionAt("a.b@c", 5)).toBeNull();
  });
});

describe("drafts", () => {
  it("survive a reload, each with whether it is a note", () => {
    createDrafts("wang").put("c1", { text: "还没写完", note: true });
    const again = createDrafts("wang");
    expect(again.get("c1")).toMatchObject({ text: "还没写完", note: true });
    expect(again.get("c2")).toMatchObject({ text: "", note: false });
    expect(createDrafts("li").get("c1").text).toBe("");
  });

  it("are gone when they are sent, a week old, or too many", () => {
    vi.useFakeTimers();
    const drafts = createDrafts("wang");
    for (let n = 0; n < 60; n += 1) {
      vi.advanceTimersByTime(1000);
      drafts.put(`c${n}`, { text: "x".repeat(9000) });
    }
    drafts.put("c59", { text: "" });
    const kept = createDrafts("wang");
    expect([kept.has("c0"), kept.has("c9"), kept.has("c10"), kept.has("c58"), kept.has("c59")]).toEqual([false, false, true, true, false]);
    expect(kept.get("c58").text).toHaveLength(8000);
    vi.advanceTimersByTime(8 * 24 * 3_600_000);
    expect(createDrafts("wang").has("c58")).toBe(false);
    vi.useRealTimers();
  });

  it("do without a store that is broken or full", () => {
    localStorage.setItem("bangban.console.drafts.wang", "{oops");
    const full = { getItem: (key: string) => localStorage.getItem(key), setItem: () => { throw new Error("full"); } } as unknown as Storage;
    const drafts = createDrafts("wang", full);
    drafts.add("c1", "一");
    drafts.add("c1", "二");
    expect(drafts.get("c1").text).toBe("一\n二");
  });
});

describe("files", () => {
  const stored: FileContent = { type: "file", attachment_id: "a1", url: "/x", name: "a.pdf", size: 3, media_type: "application/pdf" };
  const pdf = () => new File(["pdf"], "a.pdf", { type: "application/pdf" });

  it("are uploaded at once, shown with their progress, and handed over when they are there", async () => {
    const shares: number[] = [];
    const tray = createTray(async (_id, _file, _seconds, onProgress) => {
      onProgress(0.5);
      shares.push(tray.of("c1")[0]?.share ?? 0);
      return stored;
    });
    expect(tray.take("c1", [pdf()])).toEqual([]);
    expect(tray.collect("c1")).toEqual([]);
    await settle();
    expect(shares).toEqual([0.5]);
    expect(tray.of("c2")).toEqual([]);
    expect(tray.collect("c1")).toEqual([stored]);
    expect(tray.of("c1")).toEqual([]);
  });

  it("that fail say why and are tried again", async () => {
    let tries = 0;
    const tray = createTray(async () => {
      tries += 1;
      if (tries === 1) throw new AppError({ code: "file_refused", message: "不能上传这种文件。" });
      return stored;
    });
    tray.take("c1", [pdf()]);
    await settle();
    const failed = tray.of("c1")[0];
    expect(failed).toMatchObject({ state: "failed", problem: "不能上传这种文件。" });
    await tray.retry("c1", failed?.key ?? "");
    expect(tray.of("c1")[0]?.state).toBe("ready");
  });

  it("that are taken out are not uploaded on", () => {
    let stopped = false;
    const tray = createTray((_id, _file, _seconds, _progress, signal) => {
      signal.addEventListener("abort", () => (stopped = true));
      return new Promise(() => undefined);
    });
    tray.take("c1", [pdf()]);
    tray.remove("c1", tray.of("c1")[0]?.key ?? "");
    expect([stopped, tray.of("c1").length]).toEqual([true, 0]);
  });

  it("that are empty, too large or too many are not taken", () => {
    const tray = createTray(() => new Promise(() => undefined));
    const large = pdf();
    Object.defineProperty(large, "size", { value: 21 * 1024 * 1024 });
    expect(tray.take("c1", [new File([], "leer.pdf"), large])).toEqual(["leer.pdf 是空的", "a.pdf 超过 20 MB"]);
    expect(tray.take("c1", Array.from({ length: 10 }, pdf))).toEqual(["一次最多发送 9 个文件"]);
  });

  it("go over the line by their id alone", async () => {
    const sent: unknown[] = [];
    const thread = createThread({
      list: async () => [],
      send: async (draft) => {
        sent.push(sentContent(draft.content));
        throw new Error("offline");
      },
    });
    thread.send(stored);
    await settle();
    expect(sent).toEqual([{ type: "file", attachment_id: "a1" }]);
    expect(sentContent({ type: "text", text: "x" })).toEqual({ type: "text", text: "x" });
  });
});

describe("keys and signs", () => {
  const press = (init: KeyboardEventInit) => new KeyboardEvent("keydown", { key: "Enter", ...init });

  it("send with Enter or with Ctrl and Enter, never while a candidate is chosen", () => {
    expect(sends(press({}), "enter")).toBe(true);
    expect(sends(press({ shiftKey: true }), "enter")).toBe(false);
    expect(sends(press({ isComposing: true }), "enter")).toBe(false);
    expect(sends(press({}), "ctrl")).toBe(false);
    expect(sends(press({ ctrlKey: true }), "ctrl")).toBe(true);
    expect(sends(press({ metaKey: true }), "ctrl")).toBe(true);
    expect(sends(press({ key: "a" }), "enter")).toBe(false);
  });

  it("say every three seconds that somebody types, and once that it is over", () => {
    vi.useFakeTimers();
    const said: boolean[] = [];
    const typing = useTyping((on) => said.push(on));
    for (let n = 0; n < 8; n += 1) {
      typing.touched();
      vi.advanceTimersByTime(500);
    }
    expect(said).toEqual([true, true]);
    vi.advanceTimersByTime(5_000);
    expect(said).toEqual([true, true, false]);
    typing.ended();
    expect(said).toHaveLength(3);
    vi.useRealTimers();
  });
});
