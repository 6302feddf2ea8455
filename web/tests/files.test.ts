// Files and places in messages: which addresses are followed, maps, reduced pictures, what citizens see and hear.
import type { FileContent } from "@shared/contract";
import { pastedFiles } from "@shared/dropped";
import { mapLink, sourceOf, thumbnailOf } from "@shared/files";
import { FILES } from "@shared/parts";
import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import FileMessage from "../widget/components/files/FileMessage.vue";
import PlaceMessage from "../widget/components/files/PlaceMessage.vue";
import VoicePlayer from "../widget/components/files/VoicePlayer.vue";
import { isHeic, prepare, within } from "../widget/state/pictures";
import { useZoom } from "../widget/state/zoom";

const PATH = "/api/v1/conversations/0196-c/attachments/0196-a/%E6%9D%90%E6%96%99.pdf?key=65a.Sig-_9";
const stored = (over: Partial<FileContent>): FileContent => ({
  type: "file", attachment_id: "a", url: PATH, name: "材料.pdf", size: 2048, media_type: "application/pdf", ...over,
});
const show = (file: FileContent) => mount(FileMessage, { props: { file }, global: { provide: { [FILES as symbol]: "https://hall.example" } } });

afterEach(() => vi.unstubAllGlobals());

describe("the address of a file", () => {
  it("is our own with its key, on the server's origin", () => {
    expect(sourceOf(PATH, "https://hall.example")).toEqual({ href: `https://hall.example${PATH}`, own: true });
    expect(sourceOf("/api/v1/pictures/WyJy.sig-_9.png")).toMatchObject({ own: true });
  });

  it.each(["/api/v1/conversations/../../console", "//evil.example/a.png", "javascript:alert(1)", "/api/v1/agents", "", null, undefined])(
    "is none for %s",
    (url) => expect(sourceOf(url)).toBeNull(),
  );

  it("of somebody else's is only a link, and never a thumbnail", () => {
    expect(sourceOf("https://a.example/b.png")).toEqual({ href: "https://a.example/b.png", own: false });
    expect(thumbnailOf(stored({ type: "image", thumbnail_url: "https://a.example/b.png" }))).toBeUndefined();
    const view = show(stored({ type: "image", url: "https://a.example/b.png", name: "b.png" }));
    expect([view.find("img").exists(), view.get("a").attributes("href")]).toEqual([false, "https://a.example/b.png"]);
  });
});

describe("a file in a message", () => {
  it("is a card with its name, kind and size, which saves it", () => {
    const card = show(stored({})).get("[data-test=file-card]");
    expect(card.text()).toBe("材料.pdfPDF · 2.0 KB");
    expect([card.attributes("download"), card.attributes("aria-label")]).toEqual(["材料.pdf", "下载 材料.pdf"]);
  });

  it("that may not be followed is a name", () => {
    const card = show(stored({ url: "javascript:alert(1)" })).get("[data-test=file-card]");
    expect([card.element.tagName, card.attributes("href")]).toEqual(["DIV", undefined]);
  });

  it("is a card as well when it cannot be shown, and says so", async () => {
    const view = show(stored({ type: "image", name: "a.png" }));
    await view.get("img").trigger("error");
    expect(view.text()).toContain("图片打不开");
    expect(view.find("[data-test=file-card]").exists()).toBe(true);
  });

  it("that is still on its way, or never came, says so and leads nowhere", () => {
    const waiting = show(stored({ type: "image", name: "图片", state: "pending" }));
    expect([waiting.text(), waiting.find("img").exists(), waiting.find("a").exists()]).toEqual(["图片：正在接收", false, false]);
    expect(show(stored({ state: "failed", reason: "已过期" })).text()).toBe("材料.pdf：没有接收成功");
  });

  it("recorded by WeChat is saved, not played: no browser can", () => {
    const view = show(stored({ type: "voice", name: "语音.amr", media_type: "audio/amr" }));
    expect([view.find("audio").exists(), view.find("[data-test=file-card]").exists()]).toEqual([false, true]);
  });

  it("shows pictures by their thumbnail", () => {
    const thumbnail_url = "/api/v1/conversations/0196-c/attachments/0196-a/small/thumbnail.webp?key=65a.Sig-_9";
    const file = stored({ type: "image", name: "a.png", width: 10, height: 20, thumbnail_url });
    const view = show(file);
    expect(view.get("img").attributes("src")).toBe(`https://hall.example${thumbnail_url}`);
    expect(view.get("[data-test=picture]").attributes("aria-label")).toBe("查看图片 a.png");
  });
});

describe("a voice message", () => {
  it("tells its length before it is fetched, plays, and stops the one before", async () => {
    const played: string[] = [];
    vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(async function (this: HTMLMediaElement) {
      played.push(`play ${this.src}`);
      this.dispatchEvent(new Event("play"));
    });
    vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(function (this: HTMLMediaElement) {
      played.push(`pause ${this.src}`);
      this.dispatchEvent(new Event("pause"));
    });
    const one = mount(VoicePlayer, { props: { file: stored({ type: "voice", seconds: 12 }), src: "https://h.example/1" } });
    const two = mount(VoicePlayer, { props: { file: stored({ type: "voice", seconds: 3 }), src: "https://h.example/2" } });
    expect(one.get("[data-test=voice-length]").text()).toBe("12″");
    expect(one.get("[data-test=voice-play]").attributes("aria-label")).toBe("播放语音，12 秒");
    await one.get("[data-test=voice-play]").trigger("click");
    expect(one.get("[data-test=voice-play]").attributes("aria-label")).toBe("暂停");
    await two.get("[data-test=voice-play]").trigger("click");
    expect(played).toEqual(["play https://h.example/1", "pause https://h.example/1", "play https://h.example/2"]);
    expect(one.get("[data-test=voice-play]").attributes("aria-label")).toBe("播放语音，12 秒");
  });
});

describe("a place", () => {
  const place = { latitude: 30.27415, longitude: 120.15515, label: "东门" };

  it("opens the map of the phone it is looked at with", () => {
    expect(mapLink(place, "Mozilla/5.0 (Linux; Android 14)")).toBe("geo:30.27415,120.15515?q=30.27415,120.15515(%E4%B8%9C%E9%97%A8)");
    expect(mapLink(place, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)")).toContain("https://maps.apple.com/?ll=30.27415,120.15515");
    expect(mapLink(place, "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8")).toContain("https://uri.amap.com/marker?position=120.15515,30.27415");
  });

  it("measured as WeChat measures is looked up on a map that measures so", () => {
    const link = mapLink({ ...place, system: "gcj02" }, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)");
    expect(link).toContain("https://uri.amap.com/marker?position=120.15515,30.27415");
    expect(link).toContain("coordinate=gaode");
  });

  it("is shown with its name and coordinates, its words never as markup", () => {
    const view = mount(PlaceMessage, { props: { place: { type: "location", ...place, label: "<img src=x onerror=alert(1)>" } } });
    expect(view.find("img").exists()).toBe(false);
    expect(view.text()).toContain("<img src=x onerror=alert(1)>");
    expect(view.text()).toContain("纬度 30.27415，经度 120.15515");
  });
});

describe("pictures before they go", () => {
  const picture = (width: number, height: number) => ({ width, height, close: vi.fn() });
  const given = (name: string, type: string, size: number) => {
    const made = new File([new Uint8Array(32)], name, { type });
    Object.defineProperty(made, "size", { value: size });
    return made;
  };

  function browser(open: () => Promise<unknown>, blob: { type: string; size: number } | null) {
    const drawn: number[][] = [];
    vi.stubGlobal("createImageBitmap", vi.fn(open));
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
      drawImage: (_: unknown, ...at: number[]) => drawn.push(at),
    } as unknown as null);
    vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation((done, type) =>
      done(blob && Object.assign(new Blob([new Uint8Array(blob.size)], { type: blob.type === "asked" ? type ?? "" : blob.type }))),
    );
    return drawn;
  }

  it("keep their shape within the longest side, and never grow", () => {
    expect(within(4000, 3000, 2560)).toEqual({ width: 2560, height: 1920 });
    expect(within(300, 200, 2560)).toEqual({ width: 300, height: 200 });
    expect(within(100_000, 1, 2560)).toEqual({ width: 2560, height: 1 });
  });

  it("are drawn smaller when they are large", async () => {
    const drawn = browser(async () => picture(4000, 3000), { type: "asked", size: 500 });
    const { file } = await prepare(given("房产证.PNG", "image/png", 9_000_000));
    expect(drawn).toEqual([[0, 0, 2560, 1920]]);
    expect([file.name, file.type, file.size]).toEqual(["房产证.webp", "image/webp", 500]);
  });

  it("go as they are when they are small, move, or would only grow", async () => {
    browser(async () => picture(800, 600), { type: "asked", size: 500 });
    const small = given("a.jpg", "image/jpeg", 200_000);
    expect((await prepare(small)).file).toBe(small);
    browser(async () => picture(4000, 3000), { type: "asked", size: 500 });
    const moving = given("a.gif", "image/gif", 9_000_000);
    expect((await prepare(moving)).file).toBe(moving);
    browser(async () => picture(4000, 3000), { type: "asked", size: 3_000 });
    const packed = given("a.jpg", "image/jpeg", 2_000);
    expect((await prepare(packed)).file).toBe(packed);
  });

  it("of an iPhone become JPEG where the browser can open them, and are explained where it cannot", async () => {
    browser(async () => picture(4000, 3000), { type: "asked", size: 900 });
    const { file } = await prepare(given("IMG_2.HEIC", "", 100));
    expect([file.name, file.type]).toEqual(["IMG_2.jpg", "image/jpeg"]);
    browser(async () => Promise.reject(new Error("no")), null);
    await expect(prepare(given("IMG_2.HEIC", "", 100))).rejects.toThrow();
    expect(isHeic(given("a.jpg", "image/jpeg", 1))).toBe(false);
  });

  it("that are none are left to the server's judgement", async () => {
    browser(async () => Promise.reject(new Error("no")), null);
    const lie = given("a.jpg", "image/jpeg", 100);
    expect(await prepare(lie)).toEqual({ file: lie, thumb: null });
  });
});

describe("pasting", () => {
  const clipboard = (types: string[], files: File[]) => ({ types, files }) as unknown as DataTransfer;

  it("takes files, but the text where office programs put both", () => {
    const shot = new File(["x"], "image.png");
    expect(pastedFiles(clipboard(["Files"], [shot]))).toEqual([shot]);
    expect(pastedFiles(clipboard(["text/plain", "Files"], [shot]))).toEqual([]);
    expect(pastedFiles(null)).toEqual([]);
  });
});

describe("looking closer", () => {
  it("grows to six times, and is back in its place when it is small again", () => {
    const { scale, transform, zoom, toggle } = useZoom();
    toggle();
    expect(scale.value).toBe(2.5);
    for (let n = 0; n < 9; n += 1) zoom(1.5);
    expect(scale.value).toBe(6);
    toggle();
    expect(transform.value).toBe("translate(0px, 0px) scale(1)");
  });
});
