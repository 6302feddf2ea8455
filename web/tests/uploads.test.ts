// Citizens' files on their way: two at a time, sent in the order they were chosen, limits said before, broken lines.
import type { AttachedFile, FileContent } from "@shared/contract";
import { AppError, ConnectionLost } from "@shared/errors";
import { createThread } from "@shared/thread";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createUploads, HeicNotReadable, kindOf, type UploadPorts } from "../widget/state/uploading";
import { zh } from "../widget/i18n/files";
import { fill } from "@shared/i18n";
import { message, settle } from "./samples";

interface Flight {
  name: string;
  signal: AbortSignal;
  progress(share: number): void;
  arrive(): void;
  fail(failure: Error): void;
}

const file = (name: string, type = "image/png", size = 3) => {
  const made = new File(["abc"], name, { type });
  Object.defineProperty(made, "size", { value: size });
  return made;
};

function station(over: Partial<UploadPorts<File, ImageBitmap>> = {}) {
  const flights: Flight[] = [];
  const sent: { type: string; id: string }[] = [];
  const thread = createThread({
    list: async () => [],
    async send(draft) {
      const content = draft.content as FileContent;
      const stored: AttachedFile | FileContent = content.attachment_id?.startsWith("local:") ? await uploads.stored(content.attachment_id) : content;
      sent.push({ type: stored.type, id: stored.attachment_id });
      return message(sent.length, { client_msg_id: draft.client_msg_id });
    },
  });
  const uploads = createUploads<File, ImageBitmap>({
    drafts: thread.drafts,
    send: (content) => thread.send(content),
    limits: () => ({ kinds: ["image", "voice", "file"], max_mb: 20 }),
    online: () => true,
    untilOnline: async () => undefined,
    prepare: async (given) => ({ file: given, thumb: null }),
    upload: ({ name, type }, _seconds, progress, signal) =>
      new Promise((resolve, reject) => {
        const stored: FileContent = { type: kindOf(file(name, type)), attachment_id: `stored-${name}`, url: "", name, size: 3, media_type: type };
        flights.push({ name, signal, progress, arrive: () => resolve(stored), fail: reject });
        signal.addEventListener("abort", () => reject(new ConnectionLost()));
      }),
    text: (key, values) => fill(zh[key], values),
    ...over,
  });
  const keys = () => thread.drafts.value.map(({ content }) => (content as FileContent).attachment_id);
  return { flights, sent, thread, uploads, keys, step: (n: number) => uploads.progress(keys()[n] ?? "")?.step };
}

afterEach(() => vi.useRealTimers());

describe("files of a citizen", () => {
  it("fly two at a time and are sent in the order they were chosen", async () => {
    const { flights, sent, uploads, thread } = station();
    expect(uploads.take([file("a.png"), file("b.png"), file("c.png")])).toEqual([]);
    thread.send("这是我的材料");
    await settle();
    expect(flights.map(({ name }) => name)).toEqual(["a.png", "b.png"]);
    flights[1]?.arrive();
    await settle();
    expect(flights.map(({ name }) => name)).toEqual(["a.png", "b.png", "c.png"]);
    expect(sent).toEqual([]); // the first is still on its way
    flights[2]?.arrive();
    flights[0]?.arrive();
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(["stored-a.png", "stored-b.png", "stored-c.png", undefined]);
    expect(thread.drafts.value).toEqual([]);
  });

  it("show how far they are", async () => {
    const { flights, uploads, keys } = station();
    uploads.take([file("a.png")]);
    await settle();
    flights[0]?.progress(0.4);
    expect(uploads.progress(keys()[0] ?? "")).toMatchObject({ step: "uploading", share: 0.4 });
  });

  it("that are taken back let the next one go, and the text behind them", async () => {
    const { flights, sent, uploads, thread } = station();
    uploads.take([file("a.png"), file("b.png"), file("c.png")]);
    await settle();
    thread.discard(thread.drafts.value[0]?.client_msg_id ?? "");
    await settle();
    expect(flights[0]?.signal.aborted).toBe(true);
    expect(flights.map(({ name }) => name)).toEqual(["a.png", "b.png", "c.png"]);
    flights[1]?.arrive();
    flights[2]?.arrive();
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(["stored-b.png", "stored-c.png"]);
  });

  it("that the server refuses say its reason, hold up nothing, and are uploaded anew when tried again", async () => {
    const { flights, sent, uploads, thread, keys, step } = station();
    uploads.take([file("a.png"), file("b.png")]);
    await settle();
    flights[0]?.fail(new AppError({ code: "file_refused", message: "文件的内容和它的类型不一致，不能发送。" }));
    flights[1]?.arrive();
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(["stored-b.png"]);
    expect(thread.drafts.value[0]).toMatchObject({ state: "failed", error: "文件的内容和它的类型不一致，不能发送。" });
    expect(step(0)).toBe("failed");
    uploads.again(keys()[0] ?? "");
    thread.retry(thread.drafts.value[0]?.client_msg_id ?? "");
    await settle();
    flights[2]?.arrive();
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(["stored-b.png", "stored-a.png"]);
  });

  it("go on by themselves when the line breaks, and ask after the fifth time", async () => {
    vi.useFakeTimers();
    const { flights, uploads, thread } = station();
    uploads.take([file("a.png")]);
    for (let n = 0; n < 5; n += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(flights).toHaveLength(n + 1);
      flights[n]?.fail(new ConnectionLost());
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(thread.drafts.value[0]).toMatchObject({ state: "failed", error: zh.upload_lost });
  });

  it("wait when the server is busy for a moment, and are refused when it is for long", async () => {
    vi.useFakeTimers();
    const { flights, uploads, thread } = station();
    const busy = (retry_after: number) => new AppError({ code: "too_many_requests", message: "请稍后再试。", details: { retry_after } });
    uploads.take([file("a.png")]);
    await vi.advanceTimersByTimeAsync(0);
    flights[0]?.fail(busy(5));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(flights).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(flights).toHaveLength(2);
    flights[1]?.fail(busy(600));
    await vi.advanceTimersByTimeAsync(0);
    expect(thread.drafts.value[0]).toMatchObject({ state: "failed", error: "请稍后再试。" });
  });

  it("wait for the server without being lost", async () => {
    let back = (): void => undefined;
    const { flights, uploads, step } = station({ online: () => false, untilOnline: () => new Promise((go) => (back = go)) });
    uploads.take([file("a.png")]);
    await settle();
    expect([flights.length, step(0)]).toEqual([0, "offline"]);
    back();
    await settle();
    expect([flights.length, step(0)]).toEqual([1, "uploading"]);
  });

  it("are refused before anything is sent, in words", () => {
    const { uploads, thread } = station();
    const many = Array.from({ length: 10 }, (_, n) => file(`${n}.png`));
    expect(uploads.take([file("leer.pdf", "application/pdf", 0)])).toEqual(["“leer.pdf”是空文件，没有内容可以发送。"]);
    expect(uploads.take([file("a.mp4", "video/mp4")])).toEqual(["这里暂时不能发送视频。"]);
    expect(uploads.take([file("a.pdf", "application/pdf", 21 << 20)])).toEqual(["“a.pdf”有 21.0 MB，超过了 20 MB，不能发送。"]);
    expect(thread.drafts.value).toEqual([]);
    expect(uploads.take(many)).toEqual(["一次最多发送 9 个文件，其余的请稍后再发。"]);
    expect(thread.drafts.value).toHaveLength(9);
  });

  it("too large as pictures are judged by what is left of them after they were made smaller", async () => {
    const { flights, uploads, thread } = station({
      prepare: async (given) => ({ file: file(given.name, "image/jpeg", given.name === "a.jpg" ? 2 << 20 : 30 << 20), thumb: null }),
    });
    expect(uploads.take([file("a.jpg", "image/jpeg", 25 << 20), file("b.jpg", "image/jpeg", 40 << 20)])).toEqual([]);
    await settle();
    expect(flights.map(({ name }) => name)).toEqual(["a.jpg"]);
    flights[0]?.arrive();
    await settle();
    expect(thread.drafts.value[0]?.error).toBe("“b.jpg”有 30.0 MB，超过了 20 MB，不能发送。");
  });

  it("that only the phone they come from can open are explained", async () => {
    const { uploads, thread } = station({
      prepare: async () => {
        throw new HeicNotReadable();
      },
    });
    uploads.take([file("IMG_1.heic", "")]);
    await settle();
    expect(thread.drafts.value[0]?.error).toContain("兼容性最佳");
  });

  it("of an earlier page are told to be chosen again", async () => {
    const { uploads } = station();
    await expect(uploads.stored("local:gone")).rejects.toMatchObject({ code: "upload_gone", message: zh.upload_gone });
  });
});
