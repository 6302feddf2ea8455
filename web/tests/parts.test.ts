import type { FileContent, Table } from "@shared/contract";
import { FILES } from "@shared/parts";
import { FileView, TableView } from "@shared/parts";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";

const TOKEN = "WyJyZXBheW1lbnQiXQ.sig-_9";
const file = (over: Partial<FileContent>): FileContent => ({
  type: "image", attachment_id: "a", url: `/api/v1/pictures/${TOKEN}.png`, name: "还款对比图", size: 1, media_type: "image/png",
  ...over,
});
const table = (rows: number): Table => ({
  caption: "还款表", columns: ["月", "月供"], rows: Array.from({ length: rows }, (_, n) => [String(n + 1), "4,003"]),
});

describe("tables", () => {
  it("have headings for rows and columns, and a name", () => {
    const view = mount(TableView, { props: { table: table(2) } });
    expect(view.findAll("thead th").map((cell) => cell.attributes("scope"))).toEqual(["col", "col"]);
    expect(view.findAll("tbody th").map((cell) => cell.attributes("scope"))).toEqual(["row", "row"]);
    expect(view.find("[role=group]").attributes("aria-label")).toBe("还款表");
    expect(view.find("details").exists()).toBe(false);
  });

  it("are closed at first when they are long, and say how many rows they have", () => {
    const view = mount(TableView, { props: { table: table(33) } });
    expect(view.find("details").attributes("open")).toBeUndefined();
    expect(view.find("summary").text()).toBe("还款表（33）");
    expect(view.findAll("tbody tr")).toHaveLength(33);
  });

  it("show what is in them as letters", () => {
    const bad: Table = { caption: "<b>x</b>", columns: ["<i>"], rows: [["<img src=x onerror=alert(1)>"]] };
    const view = mount(TableView, { props: { table: bad } });
    expect(view.find("img").exists()).toBe(false);
    expect(view.text()).toContain("<img src=x onerror=alert(1)>");
  });
});

describe("files", () => {
  it("show our own pictures, wherever the page is", () => {
    const global = { provide: { [FILES as symbol]: "https://bang.example" } };
    const view = mount(FileView, { props: { file: file({}) }, global });
    expect(view.find("img").attributes()).toMatchObject({
      src: `https://bang.example/api/v1/pictures/${TOKEN}.png`, alt: "还款对比图",
    });
    expect(view.find("a").attributes("rel")).toBe("noopener noreferrer");
  });

  it("play our own voice messages and videos, and say how long they take", () => {
    const url = "/api/v1/conversations/c-1/attachments/a-2/%E8%AF%AD%E9%9F%B3.webm?key=6a.b_-";
    const voice = mount(FileView, { props: { file: file({ type: "voice", url, seconds: 7 }) } });
    expect(voice.find("audio").attributes()).toMatchObject({ src: url, "aria-label": "还款对比图" });
    expect(voice.text()).toContain("7″");
    expect(mount(FileView, { props: { file: file({ type: "video", url }) } }).find("video").attributes("src")).toBe(url);
    const document = mount(FileView, { props: { file: file({ type: "file", url }) } });
    expect(document.find("a").attributes("href")).toBe(url);
    expect(document.find("img").exists()).toBe(false);
  });

  it.each(["https://evil.example/a.png", "/api/v1/pictures/../agents.png", "//evil.example/api/v1/pictures/a.png", "javascript:alert(1)"])(
    "show no picture from %s",
    (url) => {
      expect(mount(FileView, { props: { file: file({ url }) } }).find("img").exists()).toBe(false);
    },
  );

  it("are links where they may be followed, else names", () => {
    expect(mount(FileView, { props: { file: file({ url: "https://a.example/b.pdf", type: "file" }) } }).find("a").text()).toBe("还款对比图");
    expect(mount(FileView, { props: { file: file({ url: "javascript:alert(1)" }) } }).find("a").exists()).toBe(false);
  });
});
