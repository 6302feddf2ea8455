// The composer on the screen: what keys do, what is held up and said, and that no note goes out to the citizen.
import type { ConversationRead, SavedReplyList } from "@shared/contract";
import { AppError } from "@shared/errors";
import { createThread, type Draft } from "@shared/thread";
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";
import DeskComposer from "../console/components/desk/composer/DeskComposer.vue";
import { forgetDrafts } from "../console/state/composerDrafts";
import { DESK, type Desk } from "../console/state/desk";
import { useSavedReplies } from "../console/state/savedReplies";
import { TEAM, type Team } from "../console/state/team";
import { conversation, message } from "./samples";

const REPLIES: SavedReplyList = {
  items: [
    { id: "r1", scope: "shared", group_id: null, group_name: null, shortcut: "nh", title: "问候", initials: "wh", text: "您好，我是{坐席}", category: "", position: 0, uses: 3, updated_at: "", editable: false },
    { id: "r2", scope: "shared", group_id: null, group_name: null, shortcut: "gd", title: "工单", initials: "gd", text: "工单号 {工单号}。", category: "", position: 1, uses: 1, updated_at: "", editable: false },
  ],
  groups: [],
  variables: [{ name: "坐席", means: "agent" }, { name: "工单号", means: "ticket" }],
};

let view: VueWrapper;
let sent: Draft[];
let refuse: AppError | null;
const setTyping = vi.fn();

async function open(state: Partial<ConversationRead> = {}): Promise<void> {
  sent = [];
  refuse = null;
  const thread = createThread({
    list: async () => [],
    send: async (draft) => {
      if (refuse) throw refuse;
      sent.push(draft);
      return message(sent.length, { client_msg_id: draft.client_msg_id });
    },
  });
  const desk = { account: { id: "li", name: "李敏" }, opened: { context: ref({ tickets: [] }), replies: ref(null), setTyping, conversation: ref(null) } };
  view = mount(DeskComposer, {
    props: { conversation: conversation({ status: "assigned", owner_id: "li", ...state }), thread },
    global: { provide: { [DESK as symbol]: desk as unknown as Desk, [TEAM as symbol]: { joined: () => false } as unknown as Team } },
    attachTo: document.body,
  });
  await flushPromises();
}

const field = () => view.get<HTMLTextAreaElement>("[data-test=composer]");

async function type(text: string): Promise<void> {
  field().element.value = text;
  field().element.setSelectionRange(text.length, text.length);
  await field().trigger("input");
}

const press = (key: string) => field().trigger("keydown", { key });
const sentTexts = () => sent.map(({ content, private: isNote }) => [content.type === "text" ? content.text : "", isNote]);

beforeEach(async () => {
  localStorage.clear();
  setTyping.mockClear();
  Element.prototype.scrollIntoView = () => undefined; // jsdom lays nothing out
  forgetDrafts();
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(REPLIES)));
  await useSavedReplies().refresh(true);
});
afterEach(() => view.unmount());

describe("the composer", () => {
  it("puts the marked saved reply in with Enter, and sends with the next", async () => {
    await open();
    await type("/");
    expect(view.findAll("[data-test=reply]")).toHaveLength(2);
    await press("ArrowDown");
    expect(view.findAll("[data-test=reply]")[1]?.attributes("aria-selected")).toBe("true");
    await press("ArrowUp");
    await press("Enter");
    await flushPromises();
    expect(field().element.value).toBe("您好，我是李敏");
    expect(sent).toEqual([]);
    await press("Enter");
    await flushPromises();
    expect(sentTexts()).toEqual([["您好，我是李敏", false]]);
    expect(field().element.value).toBe("");
  });

  it("closes the list with Escape and lets what was typed go out as it is", async () => {
    await open();
    await type("/wh");
    await press("Escape");
    expect(view.find("[data-test=reply-menu]").exists()).toBe(false);
    await press("Enter");
    await flushPromises();
    expect(sentTexts()).toEqual([["/wh", false]]);
  });

  it("holds up what is not filled in, says what, and takes it once it is", async () => {
    await open();
    await type("/gd");
    await press("Enter");
    await flushPromises();
    expect(view.get("mark").text()).toBe("{工单号}");
    expect(view.get("[data-test=blocked]").text()).toContain("{工单号}");
    await press("Enter");
    await flushPromises();
    expect(sent).toEqual([]);
    expect(field().element.value.slice(field().element.selectionStart, field().element.selectionEnd)).toBe("{工单号}");
    await type("工单号 123。");
    await press("Enter");
    await flushPromises();
    expect(sentTexts()).toEqual([["工单号 123。", false]]);
  });

  it("keeps a note a note when the conversation becomes one's own", async () => {
    await open({ owner_id: "wang", owner_name: "王芳" });
    expect(view.get("[data-test=composer-readonly]").text()).toContain("王芳");
    await type("这人很急");
    expect(setTyping).not.toHaveBeenCalled();
    await view.setProps({ conversation: conversation({ status: "assigned", owner_id: "li" }) });
    await press("Enter");
    await flushPromises();
    expect(sentTexts()).toEqual([["这人很急", true]]);
  });

  it("says which word held a message up, and gives it back to be changed", async () => {
    await open();
    refuse = new AppError({ code: "words_blocked", message: "内容里有不能发送的词：“内定”。请改写后再发送。" });
    await type("已经内定了");
    await press("Enter");
    await flushPromises();
    expect(view.get("[data-test=refused]").text()).toContain("内定");
    await view.get("[data-test=edit-refused]").trigger("click");
    await flushPromises();
    expect(field().element.value).toBe("已经内定了");
    expect(view.find("[data-test=refused]").exists()).toBe(false);
  });

  it("is closed with the conversation, and says so", async () => {
    await open({ status: "closed" });
    expect(view.find("[data-test=composer]").exists()).toBe(false);
    expect(view.get("[data-test=composer-readonly]").text()).not.toBe("");
  });
});
