import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { hostOf } from "../src/chat/query";

interface Made {
  data: Record<string, unknown>;
  onLoad(query: Record<string, string>): void;
  onShow(): void;
  onHide(): void;
  onLook(event: { detail: { title: string; colour: string } }): void;
  onLink(event: { detail: { href: string } }): void;
  setData(data: object): void;
}

const calls: [string, object][] = [];
const wx = new Proxy({}, { get: (_, name: string) => (asked: object) => void calls.push([name, asked]) });

/** A page as WeChat makes it. */
function page(path: string, webHosts: string[] = []): Made {
  const load = createRequire(join(__DIST__, "app.js"));
  const { settings } = load(join(__DIST__, "settings.js")) as { settings: { webHosts: string[] } };
  settings.webHosts = webHosts;
  let made: Made | undefined;
  Object.assign(globalThis, { wx, Page: (options: Made) => void (made = options) });
  Reflect.deleteProperty(load.cache, load.resolve(join(__DIST__, path)));
  load(join(__DIST__, path));
  assert.ok(made);
  made.setData = function (data) {
    Object.assign(this.data, data);
  };
  return made;
}

describe("the page of the chat", () => {
  it("is opened with a question and where the citizen comes from", () => {
    const chat = page("pages/chat/chat.js");
    chat.onLoad({ ask: encodeURIComponent("怎么提取"), from: "loan", leave: "" });
    assert.deepEqual([chat.data["question"], chat.data["subChannel"], chat.data["sheet"]], ["怎么提取", "loan", "form"]);
  });

  it("takes whatever a link holds", () => {
    const chat = page("pages/chat/chat.js");
    chat.onLoad({ ask: "100%" });
    assert.equal(chat.data["question"], "100%");
  });

  it("tells the chat whether it is in front, and takes the inbox's title and colour", () => {
    const chat = page("pages/chat/chat.js");
    chat.onHide();
    assert.equal(chat.data["front"], false);
    chat.onShow();
    assert.equal(chat.data["front"], true);
    calls.length = 0;
    chat.onLook({ detail: { title: "公积金咨询", colour: "#14579e" } });
    assert.deepEqual(calls, [
      ["setNavigationBarTitle", { title: "公积金咨询" }], ["setNavigationBarColor", { frontColor: "#ffffff", backgroundColor: "#14579e" }],
    ]);
  });

  it("opens a link on a page of its own", () => {
    calls.length = 0;
    page("pages/chat/chat.js").onLink({ detail: { href: "https://www.gov.cn/a?b=1&c=2" } });
    assert.deepEqual(calls, [["navigateTo", { url: "/pages/link/link?href=https%3A%2F%2Fwww.gov.cn%2Fa%3Fb%3D1%26c%3D2" }]]);
  });
});

describe("the page of a link", () => {
  it("shows the hosts it may show, and no other", () => {
    const shown = (href: string) => {
      const link = page("pages/link/link.js", ["www.gov.cn"]);
      link.onLoad({ href });
      return link.data["href"];
    };
    assert.equal(shown(encodeURIComponent("https://www.gov.cn/a")), "https://www.gov.cn/a");
    for (const href of ["https://evil.example/www.gov.cn", "http://www.gov.cn/a", "https://www.gov.cn@evil.example/", "https://www.gov.cn\\@evil.example", "javascript:1", "%E0%A4%A"])
      assert.equal(shown(encodeURIComponent(href)), "", href);
  });
});

describe("the host of an address", () => {
  it("is what a browser would ask", () => {
    for (const href of ["https://www.gov.cn/a", "https://WWW.GOV.CN:8443/a", "https://a.b.cn?x#y"]) assert.equal(hostOf(href), new URL(href).hostname);
    assert.equal(hostOf("https://www.gov.cn@evil.example/"), "");
  });
});
