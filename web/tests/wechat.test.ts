import type { MenuEdited, OfficialRead } from "@shared/contract";
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import AccountForm from "../console/components/settings/wechat/AccountForm.vue";
import CheckSteps from "../console/components/settings/wechat/CheckSteps.vue";
import MenuEditor from "../console/components/settings/wechat/MenuEditor.vue";
import { bodyOf, draftOf, made } from "../console/state/wechatAccounts";
import { isComplete, ofMiniProgram, ofOfficial, reminderDraft } from "../console/state/wechatReminder";
import { blank, bytesOf, configOf, draftOf as menuDraft, problemOf, shownName } from "../console/state/wechatMenu";

const READ: OfficialRead = {
  inbox: "gjj", name: "公积金", enabled: true, callback_url: "https://kf.example/channels/wechat/gjj",
  secrets_set: { token: true, app_secret: true, encoding_aes_key: true },
  health: { since: null, errcode: null, message: "", ok_at: null, pushed_at: null, push_refused_at: null, push_refused: "", sealed: false },
  problem: "", app_id: "wx12345678", mode: "encrypted", menus: true, welcome: "您好", hot_questions: ["租房"], menu: null,
  page_inbox: "", page_login: false, page_url: "https://kf.example/wechat/gjj/page",
};
const app = { app_id: "wx12345678", page: "pages/a", url: "https://a.example" };
const plain = { url: null, say: null, app: null, hot: false };
const CONFIG = {
  buttons: [
    { ...plain, name: "热门", hot: true, items: [] },
    { ...plain, name: "办事", items: [{ ...plain, name: "网厅", url: "https://a.example" }, { ...plain, name: "小程序", app }] },
    { ...plain, name: "人工", say: "转人工", items: [] },
  ],
};
const calls: [string, unknown][] = [];
let answers: Record<string, unknown> = {};

beforeEach(() => {
  calls.length = 0;
  answers = {};
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const call = `${init.method} ${url.replace("/api/v1", "")}`;
    calls.push([call, typeof init.body === "string" ? JSON.parse(init.body) : null]);
    return new Response(JSON.stringify(answers[call] ?? {}));
  });
});

describe("the form of an account", () => {
  it("sends no secret that was not typed, and of the rest what its kind has", () => {
    const draft = { ...draftOf(READ), app_secret: " rotated " };
    expect(bodyOf("wechat", draft, false)).toEqual({
      app_id: "wx12345678", mode: "encrypted", menus: true, page_inbox: "", page_login: false, name: "公积金", welcome: "您好", hot_questions: ["租房"], app_secret: "rotated",
    });
  });

  it("leaves texts of a new account to the default, and clears those of an old one", () => {
    const draft = { ...draftOf(null), corp_id: "ww1", open_kfid: "wk1" };
    expect(bodyOf("wecom", draft, true)).not.toHaveProperty("welcome");
    expect(bodyOf("wecom", draft, false)).toMatchObject({ welcome: "", open_kfid: "wk1" });
    expect(bodyOf("wecom", draft, true)).not.toHaveProperty("app_id");
  });

  it("makes secrets that WeChat takes", () => {
    expect(made("token")).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(made("encoding_aes_key")).toMatch(/^[A-Za-z0-9]{42}A$/);
    expect(made("token")).not.toBe(made("token"));
  });

  it("shows what is refused at its field", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ error: { code: "wechat_account_invalid", message: "Token 不对", details: { field: "token" } } }), { status: 422 }));
    const view = mount(AccountForm, { props: { kind: "wechat", read: READ, modelValue: false }, global: { stubs: { teleport: true, ElSelect: true } } });
    await view.setProps({ modelValue: true });
    await flushPromises();
    await view.find("[data-test=wx-form]").trigger("submit");
    await flushPromises();
    expect(view.text()).toContain("Token 不对");
  });
});

it("tells a step's outcome in words, not by colour alone", () => {
  const steps = [{ key: "allow_list" as const, state: "failed" as const, message: "请添加" }];
  const view = mount(CheckSteps, { props: { check: { ok: false, errcode: 40164, message: "", steps } } });
  expect(view.find("[data-test=step-allow_list]").text()).toMatch(/IP 白名单\s*不通过\s*请添加/);
});

describe("a reminder", () => {
  it("comes back as it went into the form, of both kinds", () => {
    const official = { kind: "subscribe" as const, template_id: "T".repeat(20), fields: { thing1: "您有新的回复", time2: "{time}" }, url: "" };
    expect(ofOfficial(reminderDraft(official))).toEqual(official);
    const mini = { template_id: "T".repeat(20), fields: { thing1: "{inbox}" }, page: "pages/chat/chat" };
    expect(ofMiniProgram(reminderDraft(mini))).toEqual(mini);
  });

  it("wants a template and at least one field that says something", () => {
    const draft = { ...reminderDraft(null), template_id: "T" };
    expect(isComplete(draft)).toBe(false);
    expect(isComplete({ ...draft, rows: [{ name: "thing1", text: "有回复" }] })).toBe(true);
  });
});

describe("a menu", () => {
  it("comes back as it went into the form", () => {
    expect(configOf(menuDraft(CONFIG))).toEqual(CONFIG);
  });

  it.each([
    [{ name: "" }, "button", "wx_menu_name_missing"],
    [{ name: "找一位人工客服" }, "button", "wx_menu_name_long"],
    [{ name: "找一位人工客服" }, "item", null],
    [{ name: "网厅", action: "url", url: "javascript:alert(1)" }, "item", "wx_menu_url_wrong"],
    [{ name: "网厅", action: "url", url: "https://a.example" }, "item", null],
    [{ name: "说", say: "话".repeat(42) }, "item", "wx_menu_value_long"],
    [{ name: "程序", action: "app", url: "https://a.example", app_id: "gh_1", page: "p" }, "item", "wx_menu_app_wrong"],
    [{ name: "程序", action: "app", url: "https://a.example", app_id: "wx12345678" }, "item", "wx_menu_page_missing"],
  ] as const)("is checked while it is typed: %o as %s", (change, level, problem) => {
    expect(problemOf({ ...blank("say"), ...change }, level)).toBe(problem);
  });

  it("counts bytes and cuts names as WeChat does", () => {
    expect(bytesOf("热a🙂")).toBe(8);
    expect(shownName("热门问题", "button")).toBe("热门问题");
    expect(shownName("热门问题解答", "button")).toBe("热门问题…");
    expect(shownName("FAQ热门问题", "button")).toBe("FAQ热门…");
  });

  it("is saved as it stands and says what WeChat refused", async () => {
    const read: MenuEdited = {
      inbox: "gjj", name: "公积金", buttons: [], pushed_at: null, failed_at: "2026-11-23T02:00:00Z", errcode: 40018, error: "一级菜单名称超过 16 字节。",
      config: CONFIG, draft: [], hot: ["怎么提取"], waiting: false,
    };
    answers["GET /wechat/menus/gjj"] = read;
    const view = mount(MenuEditor, { props: { inbox: "gjj", name: "公积金" }, global: { stubs: { ElSelect: true } } });
    await flushPromises();
    expect(view.find("[data-test=menu-state]").text()).toContain("一级菜单名称超过 16 字节");
    expect(view.find("[data-test=preview-items]").text()).toContain("怎么提取");
    const name = view.find("[data-test=menu-button-2] [data-test=menu-name]");
    await (name.element.tagName === "INPUT" ? name : name.find("input")).setValue("找人工");
    await view.find("form").trigger("submit");
    await flushPromises();
    const sent = calls.find(([call]) => call === "PUT /wechat/menus/gjj")?.[1] as { menu: typeof CONFIG };
    expect(sent.menu.buttons.map((button) => button.name)).toEqual(["热门", "办事", "找人工"]);
    view.unmount();
  });
});
