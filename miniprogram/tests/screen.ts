// The chat on a screen: the built component rendered with WeChat's own compiler into jsdom, talking to a stand-in of
// the server (line.ts) on a stand-in of the phone (phone.ts).

import { join } from "node:path";
import "./page";
import * as simulate from "miniprogram-simulate";
import { createLine, type Answer } from "./line";
import { createPhone } from "./phone";
import { own, said, sessionReady, settle } from "./samples";

/** WeChat's own compiler comes as programs for x64; elsewhere miniprogram-simulate's own does. */
const COMPILER = process.arch === "x64" ? "official" : "simulate";

let component = "";

export interface Screen extends ReturnType<typeof createLine> {
  phone: ReturnType<typeof createPhone>;
  chat: simulate.Rendered;
  /** What carries this data-test, in order. */
  all(test: string): HTMLElement[];
  one(test: string): HTMLElement;
  has(test: string): boolean;
  text(): string;
  tap(target: HTMLElement | string): Promise<void>;
  /** An event of one of WeChat's own elements. */
  fire(target: HTMLElement | string, name: string, detail?: object): Promise<void>;
  end(): void;
}

export async function open(properties: object = {}, ready = sessionReady(), storage?: Map<string, unknown>, list?: Answer): Promise<Screen> {
  const line = createLine();
  line.onReady(() => ready);
  let stored = 0;
  line.answers["send_message"] = ({ client_msg_id, content }) => said(++stored, content as never, { author: own, client_msg_id: String(client_msg_id) });
  line.answers["list_messages"] = list ?? (() => ({ conversation: ready.conversation, messages: [], earlier: false }));
  const phone = createPhone(line.connect, storage);
  (globalThis as unknown as { wx: object }).wx = phone.wx;
  component ||= simulate.load(join(__DIST__, "components/bangban-chat/bangban-chat"), { rootPath: __DIST__, less: false, compiler: COMPILER });
  const chat = simulate.render(component, { server: "https://bang.example", inbox: "mp", page: "pages/chat/chat", ...properties });
  const parent = document.createElement("div");
  document.body.append(parent);
  chat.attach(parent);
  await settle();

  const all = (test: string) => [...parent.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
  const one = (test: string) => {
    const [found] = all(test);
    if (!found) throw new Error(`nothing is marked ${test} in ${parent.textContent}`);
    return found;
  };
  const find = (target: HTMLElement | string) => (typeof target === "string" ? one(target) : target);
  type Node = { triggerEvent(name: string, detail: object, options: object): void };
  const node = (target: HTMLElement) => (target as unknown as { __wxElement: Node }).__wxElement;
  return {
    ...line, phone, chat, all, one,
    has: (test) => all(test).length > 0,
    text: () => parent.textContent ?? "",
    async tap(target) {
      node(find(target)).triggerEvent("tap", {}, { bubbles: true });
      await settle();
    },
    async fire(target, name, detail = {}) {
      node(find(target)).triggerEvent(name, detail, {});
      await settle();
    },
    end() {
      chat.detach();
      parent.remove();
    },
  };
}
