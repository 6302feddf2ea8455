// Tables and pictures of messages, the same for citizens and agents. Classes are those of Markdown's.

import { type FunctionalComponent, h, inject, type InjectionKey } from "vue";
import type { FileContent, Table } from "./contract";
import { sourceOf, thumbnailOf } from "./files";

/** The server's origin where the page is another's: articles and messages name their pictures and files by path. */
export const FILES: InjectionKey<string> = Symbol("files");

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

/** `<FileView :file="..." />`: what is ours is shown or played, anything else is a link, or a name. */
export const FileView: FunctionalComponent<{ file: FileContent }> = ({ file }) => {
  const { type, name, width, height, seconds } = file;
  const origin = inject(FILES, "");
  const source = sourceOf(file.url, origin);
  const src = source?.own ? source.href : null;
  const href = source?.href;
  if (!href) return h("p", name);
  if (src && type === "voice")
    return h("p", { class: "md-voice" }, [
      h("audio", { src, controls: true, preload: "none", "aria-label": name }), seconds ? ` ${seconds}″` : "",
    ]);
  if (src && type === "video")
    return h("video", { src, controls: true, preload: "metadata", class: "md-picture", "aria-label": name });
  const shown = src && type === "image" ? h("img", { src: thumbnailOf(file, origin) ?? src, alt: name, width, height, loading: "lazy", class: "md-picture" }) : name;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, [shown]);
};
FileView.props = ["file"];
