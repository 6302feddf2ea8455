import type { MessageRead } from "@shared/contract";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";
import SpeakButton from "../widget/components/SpeakButton.vue";
import { createSpeech, readNews, sentences, SPEECH, spoken } from "../widget/state/speech";
import { message } from "./samples";

class Utterance {
  lang = "";
  rate = 1;
  onend: (() => void) | null = null;
  onerror: ((event: { error: string }) => void) | null = null;
  constructor(readonly text: string) {}
}

function voice() {
  const said: Utterance[] = [];
  const cancel = vi.fn(() => void said.splice(0));
  return { said, cancel, engine: { speak: (each: Utterance) => void said.push(each), cancel } as unknown as SpeechSynthesis };
}

beforeEach(() => vi.stubGlobal("SpeechSynthesisUtterance", Utterance));

describe("what is read aloud", () => {
  it("is the words, without the signs of Markdown and without addresses", () => {
    const content = { type: "answer", text_md: "## 能取多少\n**可以**，见[办法](https://a.example/b)。\n\n| 地区 | 限额 |\n|---|---|\n| 示例市 | 1500 |" };
    const heard = spoken(content as never);
    expect(heard).not.toMatch(/[#*|\]]|http/);
    expect(sentences(heard)).toEqual(["能取多少", "可以，见办法。", "地区，限额", "示例市，1500"]);
    expect(spoken({ type: "image" } as never)).toBe("");
  });

  it("comes in parts short enough that no browser falls silent, and loses nothing", () => {
    const long = "提取需要身份证、".repeat(40);
    const parts = sentences(long);
    expect(Math.max(...parts.map((each) => each.length))).toBeLessThanOrEqual(90);
    expect(parts.join("")).toBe(long);
    expect(sentences("字".repeat(200)).join("")).toHaveLength(200);
  });
});

describe("the voice", () => {
  it("reads one message at a time and is silent at its end", () => {
    const { engine, said, cancel } = voice();
    const speech = createSpeech(ref("zh-CN"), engine);
    speech.read("a", { type: "text", text: "您好。请问？" } as never);
    expect(said.map((each) => [each.text, each.lang])).toEqual([["您好。", "zh-CN"], ["请问？", "zh-CN"]]);
    speech.read("b", { type: "text", text: "Hello." } as never);
    expect([speech.reading.value, said.length, cancel.mock.calls.length]).toEqual(["b", 1, 2]);
    said[0]?.onend?.();
    expect(speech.reading.value).toBeNull();
  });

  it("is not offered where there is none, or where it turns out that there is none", async () => {
    expect(createSpeech(ref("zh-CN"), undefined).available.value).toBe(false);
    const { engine, said } = voice();
    const speech = createSpeech(ref("zh-CN"), engine);
    const content = { type: "text", text: "您好" } as never;
    const view = mount(SpeakButton, { props: { messageId: "a", content }, global: { provide: { [SPEECH as symbol]: speech } } });
    await view.find("button").trigger("click");
    expect(view.text()).toBe("停止");
    said[0]?.onerror?.({ error: "language-unavailable" });
    await nextTick();
    expect([speech.reading.value, view.find("button").exists()]).toEqual([null, false]);
  });

  it("reads what arrives while that is wanted, and stops when the window is closed", async () => {
    const { engine, said } = voice();
    const speech = createSpeech(ref("zh-CN"), engine);
    const [opened, watching, wanted, leaving] = [ref(true), ref(true), ref(false), new AbortController()];
    let hear: (message: MessageRead) => void = () => undefined;
    readNews({ speech, opened, watching, wanted: () => wanted.value, signal: leaving.signal, onMessage: (given) => void (hear = given) });
    hear(message(1));
    expect(said).toHaveLength(0);
    wanted.value = true;
    hear(message(2, { author: { kind: "visitor", id: "v", name: null } }));
    hear(message(3));
    expect(speech.reading.value).toBe("c1-3");
    opened.value = false;
    await nextTick();
    expect(speech.reading.value).toBeNull();
    leaving.abort();
    hear(message(4));
    expect(speech.reading.value).toBeNull();
  });
});
