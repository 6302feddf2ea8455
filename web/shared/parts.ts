// Tables and pictures of messages, the same for citizens and agents. Classes are those of Markdown's.

import { type FunctionalComponent, h, inject } from "vue";
import { safeLink } from "./content";
import type { FileContent, Table } from "./contract";
import { FILES } from "./markdown";

/** Charts the bot draws; their addresses are paths of our own server. */
const OWN_PICTURE = /^\/api\/v1\/pictures\/[\w.-]+\.png$/;
/** Longer ones are closed at first: on a phone what stands below would be far away. */
const OPEN_ROWS = 8;

/** `<TableView :table="..." />` */
export const TableView: FunctionalComponent<{ table: Table }> = ({ table }) => {
  const cells = (row: string[]) => h("tr", row.map((cell, n) => h(n ? "td" : "th", n ? {} : { scope: "row" }, cell)));
  const head = h("thead", h("tr", table.columns.map((name) => h("th", { scope: "col" }, name))));
  const grid = h("div", { class: "md-table", tabindex: 0, role: "group", "aria-label": table.caption }, [
    h("table", [head, h("tbody", table.rows.map(cells))]),
  ]);
  const open = table.rows.length <= OPEN_ROWS;
  return open
    ? h("div", { class: "md figures" }, [h("p", { class: "md-heading" }, table.caption), grid])
    : h("details", { class: "md figures" }, [h("summary", `${table.caption}（${table.rows.length}）`), grid]);
};
TableView.props = ["table"];

/** `<FileView :file="..." />`: a picture of ours is shown, anything else is a link, or a name. */
export const FileView: FunctionalComponent<{ file: FileContent }> = ({ file }) => {
  const own = file.type === "image" && OWN_PICTURE.test(file.url) ? inject(FILES, "") + file.url : null;
  const href = own ?? safeLink(file.url);
  if (!href) return h("p", file.name);
  const { width, height } = file;
  const shown = own ? h("img", { src: own, alt: file.name, width, height, loading: "lazy", class: "md-picture" }) : file.name;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, [shown]);
};
FileView.props = ["file"];
