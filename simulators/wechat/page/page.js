// The page to chat as a citizen by hand: polls the stand-in once a second, everything relative to its address.

import { Backstage } from "./backstage.js";
import { Composer } from "./compose.js";
import { draw } from "./draw.js";
import { drawMenu } from "./menu.js";
import { People } from "./people.js";
import { byId, call } from "./phone.js";

const POLL_MS = 1000;
const SETTLE_MS = 120;

let last = 0;
let subscribed = false;
const rows = new Map();

const people = new People(changed);
const backstage = new Backstage(() => people.account, event);
new Composer({ say, sendFile, sendPlace, consent, account: () => people.account });

const me = () => ({ openid: people.openid, account: people.account.key });

function changed() {
  byId("chat").replaceChildren();
  rows.clear();
  last = 0;
  document.body.dataset.kind = people.account.kind;
  drawMenu([], event);
  backstage.showAccount();
  refresh().catch(() => {});
}

/** The stand-in stores the line before it pushes, so the next look draws the real one. */
async function doing(shown, sent) {
  const chat = byId("chat");
  const sending = draw({ sender: "citizen", menu: [], ...shown }, { say });
  sending.classList.add("sending");
  chat.append(sending);
  chat.scrollTop = chat.scrollHeight;
  sent.catch(() => {}).finally(() => sending.remove());
  setTimeout(() => refresh().finally(() => sending.remove()), SETTLE_MS);
}

function say(text, menuId = "") {
  return doing({ text, kind: "text" }, call("_citizen/send", { ...me(), text, menu_id: menuId }));
}

function sendFile(kind, body, more) {
  const query = new URLSearchParams({ ...me(), kind, ...more });
  return doing({ text: "正在发送…", kind: "text" }, fetch(`_citizen/media?${query}`, { method: "POST", body }));
}

function sendPlace(place) {
  return doing({ text: place.label, kind: "text" }, call("_citizen/location", { ...me(), ...place }));
}

async function consent(template, answer) {
  await call("_citizen/consent", { ...me(), template_id: template, answer });
  backstage.say(answer === "accept" ? "已允许通知" : "已拒绝通知");
}

async function event(name, key = "") {
  await call("_citizen/event", { ...me(), event: name, event_key: key });
  await refresh();
}

async function recall(message) {
  await call("_citizen/recall", { ...me(), id: message.id });
  rows.get(message.id)?.remove();
  await refresh();
}

async function refresh() {
  const asked = me();
  const state = await call(`_citizen/${asked.openid}/messages?account=${asked.account}&after=${last}`);
  if (asked.openid !== people.openid || asked.account !== people.account.key) return;
  byId("account").textContent = state.account;
  byId("typing").textContent = state.typing ? "对方正在输入…" : "";
  subscribed = state.subscribed;
  const official = people.account.kind === "official";
  byId("follow").textContent = official ? (subscribed ? "已关注" : "关注") : "进入会话";
  backstage.subscribed = subscribed;
  backstage.showQuota(state);
  drawMenu(state.menu, event);
  const chat = byId("chat");
  const fresh = state.messages.filter((message) => message.id > last);
  for (const message of fresh) {
    last = message.id;
    const row = draw(message, { say, recall });
    rows.set(message.id, row);
    chat.append(row);
  }
  if (fresh.length) chat.scrollTop = chat.scrollHeight;
}

// A picture has its height only when it has come.
byId("chat").addEventListener("load", () => byId("chat").scrollTo(0, byId("chat").scrollHeight), true);

byId("follow").addEventListener("click", () => {
  if (people.account.kind !== "official") event("user_enter_tempsession", "simulator");
  else event(subscribed ? "unsubscribe" : "subscribe");
});

async function poll() {
  try {
    if (!people.person) await people.start();
    await refresh();
    await backstage.refresh();
  } catch {
    byId("typing").textContent = "模拟器没有应答，正在重试…";
  }
  setTimeout(poll, POLL_MS);
}

poll();
