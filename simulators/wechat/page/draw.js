// How WeChat shows each kind of message. What the account sends is never taken for HTML, but for <a href> in texts.

import { button, element, link } from "./phone.js";

const LINKED = /<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）】]+)/gi;

/** `say(text, menuId)`: what a tap says for the citizen. `recall(message)`: takes a line back. */
export function draw(message, { say, recall }) {
  if (message.sender === "wechat") return element("li", "note", message.text);
  const row = element("li", `row ${message.sender} ${message.kind}`);
  row.append(element("span", "face", message.sender === "citizen" ? "我" : "官"), content(message, say));
  if (message.sender === "citizen" && recall) row.append(button("take-back", "撤回", () => recall(message)));
  return row;
}

const KINDS = { image, voice, video, news: card, link: card, music: card, miniprogrampage: page, notice, location, file };

function content(message, say) {
  if (KINDS[message.kind]) return KINDS[message.kind](message);
  const bubble = element("div", "bubble");
  bubble.append(...words(message.text, say));
  for (const [id, label] of message.menu) bubble.append(button("", label, () => say(label, id)));
  if (message.tail) bubble.append(element("div", "", message.tail));
  return bubble;
}

/** Links become links, every other tag stays as it is written. */
function words(text, say) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINKED)) {
    parts.push(document.createTextNode(text.slice(at, found.index)));
    parts.push(found[4] ? link("", found[4], found[4]) : tagged(found[2], found[3], say));
    at = found.index + found[0].length;
  }
  parts.push(document.createTextNode(text.slice(at)));
  return parts;
}

function tagged(address, label, say) {
  if (/^weixin:\/\/bizmsgmenu\?/i.test(address)) {
    const asked = new URLSearchParams(address.slice(address.indexOf("?") + 1));
    return button("inline", label, () => say(asked.get("msgmenucontent") ?? label, asked.get("msgmenuid") ?? ""));
  }
  return /^https?:\/\//i.test(address) ? link("", address, label) : document.createTextNode(label);
}

function image({ data, text }) {
  const shown = link("picture", data.url, "");
  const picture = element("img");
  picture.src = data.url;
  picture.alt = text;
  shown.append(picture);
  return shown;
}

function voice({ data, sender }) {
  const bubble = element("div", "bubble");
  bubble.append(element("span", "sound", sender === "citizen" ? "语音" : "▶ 语音"));
  if (data.format === "mp3") {
    const player = element("audio");
    player.controls = true;
    player.src = data.url;
    bubble.append(player);
  } else {
    // No browser plays AMR.
    bubble.append(link("download", data.url, "下载"));
  }
  return bubble;
}

function video({ data, text }) {
  const player = element("video", "picture");
  player.controls = true;
  player.src = data.url;
  player.ariaLabel = data.title || text;
  if (data.poster) player.poster = data.poster;
  return player;
}

function card({ data, text }) {
  const shown = data.url ? link("card", data.url, "") : element("div", "card");
  shown.append(element("b", "", data.title || text));
  const body = element("span", "card-body");
  if (data.description) body.append(element("small", "", data.description));
  if (data.picture) {
    const picture = element("img");
    picture.src = data.picture;
    picture.alt = "";
    body.append(picture);
  }
  if (body.childNodes.length) shown.append(body);
  return shown;
}

function page({ data }) {
  const shown = element("div", "card");
  shown.append(element("small", "", "小程序"), element("b", "", data.title || data.path), element("code", "", data.path));
  return shown;
}

function notice({ data, text }) {
  const target = data.url || data.path;
  const shown = data.url ? link("card notice", data.url, "") : element("div", "card notice");
  shown.append(element("b", "", data.title), element("span", "notice-text", text));
  if (target) shown.append(element("small", "", data.url ? "查看详情 ›" : `进入小程序 ${data.path}`));
  return shown;
}

function location({ data }) {
  const shown = element("div", "card");
  shown.append(element("b", "", data.label || "位置"), element("small", "", `${data.latitude}, ${data.longitude}`));
  return shown;
}

function file({ data }) {
  const shown = link("card", data.url, "");
  shown.append(element("b", "", data.name), element("small", "", `${Math.max(1, Math.round(data.bytes / 1024))} KB`));
  return shown;
}
