// Markdown as Vue nodes, never as HTML text (markdownTree.ts).

import { type FunctionalComponent, h, inject, type VNode } from "vue";
import { markdownTree } from "./markdownTree";
import { FILES } from "./parts";

/** `<MarkdownText text="..." />` */
export const MarkdownText: FunctionalComponent<{ text: string }> = (props) =>
  h("div", { class: "md" }, markdownTree<VNode>(props.text, (tag, attributes, children) => h(tag, attributes, children), inject(FILES, "")));
MarkdownText.props = ["text"];
