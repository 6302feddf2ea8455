// The account's menu: a tap on an item is an event, one on a button with items opens them.

import { button, byId, element, link } from "./phone.js";

let shown = "[]";

/** `tap(event, key)`: CLICK or VIEW. */
export function drawMenu(buttons, tap) {
  const wanted = JSON.stringify(buttons);
  if (wanted === shown) return;
  shown = wanted;
  const menu = byId("menu");
  menu.hidden = buttons.length === 0;
  menu.replaceChildren(...buttons.map((one) => drawButton(one, tap)));
}

function drawButton(one, tap) {
  const items = one.sub_button ?? [];
  if (!items.length) return drawItem(one, tap);
  const group = document.createElement("details");
  group.name = "menu";
  const close = () => {
    group.open = false;
  };
  const list = element("div", "menu-items");
  list.append(...items.map((item) => drawItem(item, tap, close)));
  group.append(element("summary", "", one.name), list);
  return group;
}

function drawItem(item, tap, afterwards = () => {}) {
  const act = () => {
    afterwards();
    if (item.type === "view") tap("VIEW", item.url);
    else tap(item.type === "click" ? "CLICK" : item.type, item.key);
  };
  if (item.type !== "view") return button("menu-item", item.name, act);
  const opened = link("menu-item", item.url, item.name);
  opened.addEventListener("click", act);
  return opened;
}
