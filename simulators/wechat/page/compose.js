// The lower part of the phone: what one can send beside text. `send(kind, file or fields)` does it.

import { button, byId, call, element } from "./phone.js";

const EMOJI = [..."😀😄😊🙂😉😍😘🤔😅😂😭😡😱😴🙏👍👎👌👏💪❤🌹🎉🔥☀🌙⭐✅❓❗📎🏠"];
const PLACES = [
  ["市民中心（示例）", 31.2304, 121.4737],
  ["城东办事大厅（示例）", 31.2436, 121.5062],
];
const ACCEPTED = { image: "image/png,image/jpeg,image/gif", video: "video/mp4", file: "" };

/** A voice nobody hears: AMR frames of 20 ms. */
function silence(seconds) {
  const head = new TextEncoder().encode("#!AMR\n");
  const frames = Math.round(seconds * 50);
  const bytes = new Uint8Array(head.length + frames * 32);
  bytes.set(head);
  for (let frame = 0; frame < frames; frame += 1) bytes[head.length + frame * 32] = 0x3c;
  return new Blob([bytes]);
}

export class Composer {
  /** `say(text)`, `sendFile(kind, blob, more)`, `sendPlace(place)`, `consent(templateId, answer)`, `account()`. */
  constructor(doing) {
    this.doing = doing;
    this.text = byId("text");
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        byId("composer").requestSubmit();
      }
    });
    byId("emoji").addEventListener("click", () => this.toggle("emoji"));
    byId("more").addEventListener("click", () => this.toggle("more"));
    byId("file").addEventListener("change", (event) => this.picked(event.target));
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.close();
    this.doing.say(text);
  }

  close() {
    byId("panel").hidden = true;
    for (const id of ["emoji", "more"]) byId(id).setAttribute("aria-expanded", "false");
  }

  toggle(which) {
    const panel = byId("panel");
    const opened = !panel.hidden && panel.dataset.shows === which;
    this.close();
    if (opened) return;
    panel.dataset.shows = which;
    panel.replaceChildren(...(which === "emoji" ? this.emoji() : this.more()));
    panel.hidden = false;
    byId(which).setAttribute("aria-expanded", "true");
  }

  emoji() {
    return EMOJI.map((one) =>
      button("emoji", one, () => {
        this.text.setRangeText(one, this.text.selectionStart, this.text.selectionEnd, "end");
        this.text.focus();
      }),
    );
  }

  more() {
    const official = this.doing.account().kind === "official";
    const kinds = [["照片", () => this.pick("image")]];
    if (official) {
      kinds.push(["视频", () => this.pick("video")], ["语音", () => this.voice()]);
      kinds.push(["位置", () => this.place()], ["文件", () => this.pick("file")]);
    }
    kinds.push(["订阅通知", () => this.consent()]);
    return kinds.map(([label, act]) =>
      button("kind", label, () => {
        this.close();
        act();
      }),
    );
  }

  pick(kind) {
    const input = byId("file");
    input.accept = ACCEPTED[kind];
    input.dataset.kind = kind;
    input.value = "";
    input.click();
  }

  picked(input) {
    const [file] = input.files;
    if (file) this.doing.sendFile(input.dataset.kind, file, { name: file.name });
  }

  async voice() {
    const given = await ask("发送语音", [
      ["recognition", "说的话（微信识别出的文字；空着就没有识别结果）", "text", "租房可以提取公积金吗"],
      ["seconds", "时长（秒，最多 60）", "number", "3"],
    ]);
    if (!given) return;
    const seconds = Math.min(60, Math.max(1, Number(given.seconds) || 1));
    this.doing.sendFile("voice", silence(seconds), given.recognition ? { recognition: given.recognition } : {});
  }

  async place() {
    const [label, latitude, longitude] = PLACES[0];
    const given = await ask("发送位置", [
      ["label", "地点", "text", label],
      ["latitude", "纬度（火星坐标）", "number", latitude],
      ["longitude", "经度（火星坐标）", "number", longitude],
    ]);
    if (!given) return;
    const known = PLACES.find(([name]) => name === given.label && given.label !== label);
    this.doing.sendPlace({
      label: given.label,
      latitude: known ? known[1] : Number(given.latitude),
      longitude: known ? known[2] : Number(given.longitude),
    });
  }

  async consent() {
    const templates = await call(`_control/templates?account=${this.doing.account().key}`);
    const offered = templates.filter(({ kind }) => kind !== "template");
    if (!offered.length) return;
    const given = await ask("要接收这些通知吗？", [
      ["template", "通知", offered.map(({ id, title }) => [id, title]), offered[0].id],
      ["answer", "选择", [["accept", "允许"], ["reject", "取消"]], "accept"],
    ]);
    if (given) this.doing.consent(given.template, given.answer);
  }
}

/** A small form in a dialogue; null when it was cancelled. A field: [name, label, type or options, value]. */
function ask(title, fields) {
  const dialog = byId("dialog");
  byId("dialog-title").textContent = title;
  byId("dialog-fields").replaceChildren(...fields.map(field));
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(byId("dialog-form"))) : null),
      { once: true },
    );
  });
}

function field([name, label, kind, value]) {
  const row = element("label", "", label);
  const input = element(Array.isArray(kind) ? "select" : "input");
  if (Array.isArray(kind)) input.append(...kind.map(([id, text]) => new Option(text, id, false, id === value)));
  else Object.assign(input, { type: kind, value, step: "any" });
  input.name = name;
  row.append(input);
  return row;
}
