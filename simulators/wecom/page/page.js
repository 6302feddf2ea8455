// The page to chat as a citizen by hand: polls the stand-in once a second, everything relative to its address.

const byId = (id) => document.getElementById(id);
const POLL_MS = 1000;
const STATES = ["未处理", "智能助手接待", "接待池排队中", "人工接待（企业微信）", "已结束/未开始"];

let citizen = localStorage.getItem("wecom-citizen") ?? newCitizen();
let last = 0;
const rows = new Map();

function newCitizen() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const random = crypto.getRandomValues(new Uint8Array(24));
  const made = "wm" + [...random].map((byte) => letters[byte % letters.length]).join("");
  localStorage.setItem("wecom-citizen", made);
  return made;
}

async function call(path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
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

function link(className, address, text) {
  const made = element("a", className, text);
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function content(message) {
  const bubble = element("div", "bubble");
  if (message.kind === "image" && message.media_id) {
    const picture = document.createElement("img");
    picture.src = `_citizen/media/${message.media_id}`;
    picture.alt = message.text;
    bubble.append(picture);
  } else if (message.kind === "link") {
    const card = link("card", message.url, message.text);
    if (message.tail) card.append(element("small", "", message.tail));
    bubble.append(card);
  } else {
    bubble.textContent = message.text;
  }
  for (const [mark, label] of message.menu) bubble.append(menuItem(mark, label));
  if (message.tail && message.kind !== "link") bubble.append(element("div", "", message.tail));
  return bubble;
}

function menuItem(mark, label) {
  if (/^https?:/.test(mark)) return link("", mark, label);
  const item = element("button", "", label);
  item.type = "button";
  item.addEventListener("click", () => say(label, mark));
  return item;
}

function draw(message) {
  if (message.sender === "wechat") return element("li", "note", message.text);
  if (message.recalled) return element("li", "row recalled", "你撤回了一条消息");
  const row = element("li", `row ${message.sender}`);
  row.append(element("span", "face", message.sender === "citizen" ? "我" : "客"), content(message));
  if (message.sender === "citizen") {
    const back = element("button", "take-back", "撤回");
    back.type = "button";
    back.addEventListener("click", async () => {
      await call("_citizen/recall", { citizen, msgid: message.msgid });
      rows.get(message.id)?.replaceWith(draw({ ...message, recalled: true }));
    });
    row.append(back);
  }
  return row;
}

async function say(text, menuId = "") {
  await call("_citizen/send", { citizen, text, menu_id: menuId });
  await refresh();
}

async function refresh() {
  const asked = citizen;
  const state = await call(`_citizen/${asked}/messages?after=${last}`);
  if (asked !== citizen) return;
  byId("account").textContent = state.account;
  byId("left").textContent = state.left;
  byId("state").textContent = STATES[state.state];
  byId("trouble").textContent = "";
  const chat = byId("chat");
  const fresh = state.messages.filter((message) => message.id > last);
  for (const message of fresh) {
    last = message.id;
    const row = draw(message);
    rows.set(message.id, row);
    chat.append(row);
  }
  if (fresh.length) chat.scrollTop = chat.scrollHeight;
}

async function refreshBackstage() {
  const state = await call("_control/state");
  byId("tokens").textContent = state.tokens_issued;
  const lines = state.pushes.slice(-8).reverse().map((push) => {
    const row = element("tr", push.accepted ? "" : "bad");
    const at = new Date(push.at * 1000).toLocaleTimeString("zh-CN", { hour12: false });
    for (const cell of [at, push.attempt, push.status ?? "无应答", `${push.milliseconds} ms`]) {
      row.append(element("td", "", String(cell)));
    }
    return row;
  });
  byId("pushes").replaceChildren(...lines);
}

function showCitizen() {
  byId("citizen").textContent = citizen;
  byId("chat").replaceChildren();
  rows.clear();
  last = 0;
}

function enter() {
  return call("_citizen/enter", { citizen, scene: byId("scene").value.trim() }).then(refresh);
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

byId("picture").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const body = { citizen, kind: "image", data: btoa(binary), name: file.name, media_type: file.type };
  event.target.value = "";
  await call("_citizen/media", body);
  await refresh();
});

byId("enter").addEventListener("click", enter);
byId("another").addEventListener("click", () => {
  citizen = newCitizen();
  showCitizen();
});

async function order(path, body, said) {
  await call(path, body);
  byId("verified").textContent = said;
}

byId("lose").addEventListener("click", () => order("_control/lose_callbacks", { times: 1 }, "下一次通知会丢失"));
byId("refuse").addEventListener("click", () => order("_control/fail_delivery", { fail_type: 10 }, "下一条回复会被拒收"));
byId("verify").addEventListener("click", async () => {
  byId("verified").textContent = "…";
  const ok = await call("_control/verify", {}).then(() => true, () => false);
  byId("verified").textContent = ok ? "回调地址正常" : "没有通过";
});

const PARAMETERS = {
  callback_url: "回调地址",
  corp_id: "企业ID",
  secret: "Secret",
  token: "Token",
  aes_key: "EncodingAESKey",
  open_kfids: "客服账号ID",
};

async function showAccount() {
  const account = await call("_control/account");
  const lines = Object.entries(PARAMETERS).map(([key, label]) => {
    const row = element("div", "");
    const value = element("dd", "");
    value.append(element("code", "", account[key]));
    row.append(element("dt", "", label), value);
    return row;
  });
  byId("parameters").replaceChildren(...lines);
}

async function poll() {
  try {
    await refresh();
    await refreshBackstage();
  } catch {
    byId("trouble").textContent = "模拟器没有应答，正在重试…";
  }
  setTimeout(poll, POLL_MS);
}

showCitizen();
showAccount();
poll();
