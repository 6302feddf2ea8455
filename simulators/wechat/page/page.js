// The page to chat as a citizen by hand: polls the stand-in once a second, everything relative to its address.

const byId = (id) => document.getElementById(id);
const POLL_MS = 1000;

let openid = localStorage.getItem("openid") ?? newCitizen();
let last = 0;
let subscribed = false;

function newCitizen() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const random = crypto.getRandomValues(new Uint8Array(22));
  const made = "oSim0" + [...random].map((byte) => letters[byte % letters.length]).join("");
  localStorage.setItem("openid", made);
  return made;
}

async function call(path, body, method = "POST") {
  const options = body && { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options ?? {});
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function draw(message) {
  if (message.sender === "wechat") return element("li", "note", message.text);
  const row = element("li", `row ${message.sender}`);
  const bubble = element("div", "bubble", message.text);
  for (const [id, label] of message.menu) {
    const item = element("button", "", label);
    item.type = "button";
    item.addEventListener("click", () => say(label, id));
    bubble.append(item);
  }
  if (message.tail) bubble.append(element("div", "", message.tail));
  row.append(element("span", "face", message.sender === "citizen" ? "我" : "官"), bubble);
  return row;
}

async function say(text, menuId = "") {
  const chat = byId("chat");
  const sending = draw({ sender: "citizen", text, menu: [] });
  sending.classList.add("sending");
  chat.append(sending);
  chat.scrollTop = chat.scrollHeight;
  // The stand-in stores the line before it pushes, so the next poll draws the real one.
  const sent = call("_citizen/send", { openid, text, menu_id: menuId });
  sent.catch(() => {}).finally(() => sending.remove());
  setTimeout(() => refresh().finally(() => sending.remove()), 120);
}

/** The account's menu: a tap on an item is an event, one on a button with items opens them. */
let menuShown = "[]";

function drawMenu(buttons) {
  const wanted = JSON.stringify(buttons);
  if (wanted === menuShown) return;
  menuShown = wanted;
  const menu = byId("menu");
  menu.hidden = buttons.length === 0;
  menu.replaceChildren(...buttons.map(drawButton));
}

function drawButton(button) {
  const items = button.sub_button ?? [];
  if (!items.length) return drawItem(button);
  const group = document.createElement("details");
  group.name = "menu";
  group.append(element("summary", "", button.name));
  const list = element("div", "menu-items");
  list.append(...items.map((item) => drawItem(item, () => (group.open = false))));
  group.append(list);
  return group;
}

function drawItem(item, afterwards = () => {}) {
  if (item.type === "view") {
    const link = element("a", "menu-item", item.name);
    link.href = item.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const made = element("button", "menu-item", item.name);
  made.type = "button";
  made.addEventListener("click", async () => {
    afterwards();
    await call("_citizen/event", { openid, event: "CLICK", event_key: item.key });
    await refresh();
  });
  return made;
}

async function refresh() {
  const asked = openid;
  const chatState = await call(`_citizen/${asked}/messages?after=${last}`);
  if (asked !== openid) return;
  byId("account").textContent = chatState.account;
  byId("typing").textContent = chatState.typing ? "对方正在输入…" : "";
  byId("left").textContent = chatState.left;
  byId("follow").textContent = chatState.subscribed ? "已关注" : "关注";
  subscribed = chatState.subscribed;
  drawMenu(chatState.menu);
  const chat = byId("chat");
  const fresh = chatState.messages.filter((message) => message.id > last);
  for (const message of fresh) {
    last = message.id;
    chat.append(draw(message));
  }
  if (fresh.length) chat.scrollTop = chat.scrollHeight;
}

async function refreshBackstage() {
  const state = await call("_control/state");
  byId("tokens").textContent = state.tokens_issued;
  const rows = state.pushes.slice(-8).reverse().map((push) => {
    const row = element("tr", push.accepted ? "" : "bad");
    const at = new Date(push.at * 1000).toLocaleTimeString("zh-CN", { hour12: false });
    for (const cell of [at, push.kind, push.attempt, push.status ?? "无应答", `${push.milliseconds} ms`]) {
      row.append(element("td", "", String(cell)));
    }
    return row;
  });
  byId("pushes").replaceChildren(...rows);
}

function showCitizen() {
  byId("openid").textContent = openid;
  byId("chat").replaceChildren();
  last = 0;
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  byId("text").value = "";
  say(text);
});

byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

byId("follow").addEventListener("click", async () => {
  await call("_citizen/event", { openid, event: subscribed ? "unsubscribe" : "subscribe" });
  await refresh();
});

byId("another").addEventListener("click", () => {
  openid = newCitizen();
  showCitizen();
});

const PARAMETERS = {
  callback_url: "回调地址",
  app_id: "AppID",
  app_secret: "AppSecret",
  token: "Token",
  aes_key: "EncodingAESKey",
};

async function showAccount() {
  const account = await call("_control/account");
  byId("mode").value = account.mode;
  const rows = Object.entries(PARAMETERS).map(([key, label]) => {
    const row = element("div", "");
    const value = element("dd", "");
    value.append(element("code", "", account[key]));
    row.append(element("dt", "", label), value);
    return row;
  });
  byId("parameters").replaceChildren(...rows);
}

byId("mode").addEventListener("change", (event) => call("_control/mode", { mode: event.target.value }, "PUT"));

byId("verify").addEventListener("click", async () => {
  byId("verified").textContent = "…";
  const ok = await call("_control/verify", {}).then(() => true, () => false);
  byId("verified").textContent = ok ? "回调地址正常" : "没有通过";
});

async function poll() {
  try {
    await refresh();
    await refreshBackstage();
  } catch {
    byId("typing").textContent = "模拟器没有应答，正在重试…";
  }
  setTimeout(poll, POLL_MS);
}

showCitizen();
showAccount();
poll();
