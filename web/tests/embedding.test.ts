import { contrastWithWhite, readable, shades } from "@shared/colour";
import type { InboxWidget } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BangbanActions, BangbanApi } from "../widget/bangban";
import { createHub } from "../widget/hub";
import { matches, resolveLook } from "../widget/look";
import { baseOf, readOptions } from "../widget/options";
import { forgetAll, openStore } from "../widget/state/storage";

function script(attributes: Record<string, string> = {}, src = "https://kf.example/widget.js"): HTMLScriptElement {
  const made = document.createElement("script");
  made.src = src;
  Object.assign(made.dataset, attributes);
  return made;
}

const SETTINGS: InboxWidget = {
  colour: "#7a1f1f", logo: "/api/v1/widget-logos/a.png", side: "left", side_px: 40, bottom_px: 90, entries: [],
  texts: { title: "市民热线", bubble: "问一问", greeting: "您好" },
  texts_en: { title: "", bubble: "", greeting: "" },
  opening: { when: "after", seconds: 8, pages: ["/gjj/*"], on_phones: false },
};

describe("the script's tag", () => {
  it("says where the server is, also in a folder of its host", () => {
    expect(baseOf("https://kf.example/widget.js")).toBe("https://kf.example");
    expect(baseOf("https://a.cn/bangban/widget.js?v=1")).toBe("https://a.cn/bangban");
    expect(baseOf(`${location.origin}/widget.js`)).toBe("");
    expect(baseOf("/x/widget.js")).toBe(`${location.origin}/x`);
  });

  it("goes before the settings", () => {
    const own = { lang: "zh-CN", title: "自己的", color: "#0a0a0a", position: "right", distance: "10, 20", open: "3", greeting: "" };
    const look = resolveLook(SETTINGS, readOptions(script(own)), false);
    expect(look.titles["zh-CN"]).toBe("自己的");
    expect(look.bubble).toBe("问一问");
    expect(look.greeting).toBe("");
    expect(look.openAfter).toBe(3);
    expect(look.css).toContain("--blue:#0a0a0a");
    expect(look.css).toContain("right:10px;left:auto");
    expect(look.css).toContain("--from-bottom:20px");
  });

  it("with what nobody can use says nothing", () => {
    const look = resolveLook(SETTINGS, readOptions(script({ color: "red;}*{", distance: "-3 x", position: "top", logo: "javascript:1" })), false);
    expect(look.css).toContain("--blue:#7a1f1f");
    expect(look.css).toContain("left:40px;right:auto");
    expect(look.logo).toBe("");
  });

  it("opens at once, later or never", () => {
    const after = (open: string) => resolveLook(null, readOptions(script({ open })), false).openAfter;
    expect([after(""), after("12"), after("never"), after("true")]).toEqual([0, 12, null, 0]);
  });
});

describe("the settings", () => {
  it("open the window only where they say so, and not over a phone's whole screen", () => {
    const after = (path: string, phone = false) => {
      history.replaceState(null, "", path);
      return resolveLook(SETTINGS, readOptions(script()), phone).openAfter;
    };
    expect([after("/gjj/rent"), after("/"), after("/gjj/rent", true)]).toEqual([8, null, null]);
  });

  it("name the logo by the server's address and leave unsaid texts to the language", () => {
    const look = resolveLook(SETTINGS, readOptions(script({ lang: "en" })), false);
    expect(look.logo).toBe("https://kf.example/api/v1/widget-logos/a.png");
    expect(look.bubble).toBe("Ask us");
  });

  it.each([
    ["/gjj/*", "/gjj/a/b", true], ["/gjj/*", "/gjj", false], ["*", "/", true], ["/a.b", "/aXb", false],
    ["/*/(x)", "/1/(x)", true], ["/a", "/a/", false],
    ["/a*a", "/a", false], ["/a*b*c", "/a-b-c", true], ["/a*c*b*c", "/a-b-c", false], ["/*a*", "/a", true],
    [`/${"*a".repeat(90)}`, `/${"a".repeat(400)}b`, false],
  ])("match %s with %s", (pattern, path, fits) => expect(matches(pattern, path)).toBe(fits));
});

describe("a colour", () => {
  it("carries white letters, darkened where it must be", () => {
    for (const colour of ["#ffcc00", "#ffffff", "#14579e", "#00ff00"]) {
      expect(contrastWithWhite(readable(colour))).toBeGreaterThanOrEqual(4.5);
      expect(contrastWithWhite(shades(colour).deep)).toBeGreaterThan(contrastWithWhite(readable(colour)));
    }
    expect(readable("#14579e")).toBe("#14579e");
  });
});

describe("calls of the website", () => {
  const actions = () => ({ open: vi.fn(), close: vi.fn(), send: vi.fn(), ask: vi.fn(), setIdentity: vi.fn(), logout: vi.fn() });
  let wanted = vi.fn();
  beforeEach(() => (wanted = vi.fn()));

  it("wait for the window and keep their order", () => {
    const hub = createHub(wanted);
    const window = actions();
    const order: string[] = [];
    window.setIdentity.mockImplementation((jwt: string) => order.push(jwt));
    window.ask.mockImplementation((text: string) => order.push(text));
    hub.api.push(["setIdentity", "jwt"], ["ask", "租房"]);
    expect(wanted).toHaveBeenCalledTimes(2);
    hub.take(window as BangbanActions);
    expect(order).toEqual(["jwt", "租房"]);
    hub.api.open();
    expect(window.open).toHaveBeenCalledOnce();
  });

  it("tell ready to who listens late, and stop telling who no longer listens", () => {
    const hub = createHub(wanted);
    hub.take(actions());
    const ready = vi.fn();
    const opened = vi.fn();
    hub.api.on("ready", ready);
    hub.api.on("open", opened)();
    hub.emit("open", {});
    expect(ready).toHaveBeenCalledOnce();
    expect(opened).not.toHaveBeenCalled();
  });

  it("that fail or are unknown harm nobody", () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const hub = createHub(wanted);
    const second = vi.fn();
    hub.api.on("error", () => {
      throw new Error("the website's own");
    });
    hub.api.on("error", second);
    (hub.api.push as (call: unknown) => void)(["explode"]);
    expect(reported).toHaveBeenCalledOnce();
    expect(second).toHaveBeenCalledWith(expect.objectContaining({ code: "unknown_call" }));
    (hub.api as unknown as Record<keyof BangbanApi, (value?: unknown) => void>).ask(7);
    const window = actions();
    hub.take(window as BangbanActions);
    expect(window.ask).toHaveBeenCalledWith("7");
  });
});

describe("leaving", () => {
  it("takes everything of the conversation along and leaves what others keep", () => {
    localStorage.clear();
    const store = openStore("bangban.");
    store.set("token.web", "t");
    store.set("closed.web", "1");
    store.set("large-text", "1");
    localStorage.setItem("portal", "theirs");
    forgetAll(store);
    expect(Object.keys(localStorage).sort()).toEqual(["bangban.large-text", "portal"]);
  });
});
