// What the pages of the stand-ins have in common: small helpers to build and to call, all relative to the page's address.

export const byId = (id) => document.getElementById(id);

/** JSON there and back; a body makes it a POST unless said otherwise. Throws when the answer is no success. */
export async function call(path, body, method = "POST") {
  const options = body && { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options ?? {});
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

export function button(className, text, onClick) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

export function link(className, address, text) {
  const made = element("a", className, text);
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

/** A row of a table of what happened; `bad` ones are red. */
export function tableRow(cells, bad) {
  const row = element("tr", bad ? "bad" : "");
  row.append(...cells.map((cell) => element("td", "", String(cell))));
  return row;
}

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("zh-CN", { hour12: false });

/** A list of terms with their values as code. */
export function terms(entries) {
  return entries.map(([label, value]) => {
    const row = element("div");
    const shown = element("dd");
    shown.append(element("code", "", value));
    row.append(element("dt", "", label), shown);
    return row;
  });
}
