// Markdown as the nodes of WeChat's rich-text, with what can be tapped beside them: rich-text itself hears no tap.

import { safeLink } from "@shared/content";
import { markdownTree } from "@shared/markdownTree";

export type RichNode = { type: "text"; text: string } | { type: "node"; name: string; attrs: Record<string, string | number>; children: RichNode[] };

export interface RichLink {
  text: string;
  href: string;
  /** A file of ours: opened here. */
  own: boolean;
}

/** Paragraphs in a row, or a picture that stands for itself. */
export type Block = { kind: "rich"; nodes: RichNode[] } | { kind: "picture"; src: string; alt: string };

export interface Rich {
  blocks: Block[];
  links: RichLink[];
}

type Made = Extract<RichNode, { type: "node" }>;

/** rich-text reads entities in texts (its documentation: 支持 entities); ours are letters. */
const letters = (text: string): RichNode => ({ type: "text", text: text.replace(/&/g, "&amp;") });

const wordsOf = (node: RichNode): string =>
  node.type === "text" ? node.text.replace(/&amp;/g, "&") : String(node.attrs["alt"] ?? "") + node.children.map(wordsOf).join("");

/** The only picture in a paragraph of its own; links around it lead to the same picture. */
function pictureIn(node: RichNode): Made | null {
  if (node.type === "text") return null;
  if (node.name === "img") return node;
  const only = node.children.length === 1 ? node.children[0] : undefined;
  return only && (node.name === "p" || node.name === "span") ? pictureIn(only) : null;
}

/** `origin`: the server's; articles name their pictures and files by path. */
export function richOf(text: string, origin: string): Rich {
  const links: RichLink[] = [];

  function make(name: string, attributes: Record<string, string | number>, inner: (RichNode | string)[]): RichNode {
    const children = inner.map((each) => (typeof each === "string" ? letters(each) : each));
    if (name !== "a") {
      const { class: given, start, src, alt } = attributes;
      const attrs = { class: `md-${name}${given ? ` ${given}` : ""}`, ...(start ? { start } : {}), ...(src ? { src, alt: alt ?? "" } : {}) };
      return { type: "node", name, attrs, children };
    }
    const href = safeLink(String(attributes["href"]));
    const node: RichNode = { type: "node", name: "span", attrs: { class: "md-a" }, children };
    // A picture is looked at by a tap on itself.
    if (href && !pictureIn(node)) links.push({ text: wordsOf(node).trim() || href, href, own: origin !== "" && href.startsWith(`${origin}/api/v1/`) });
    return node;
  }

  const blocks: Block[] = [];
  for (const node of markdownTree<RichNode>(text, make, origin)) {
    const picture = pictureIn(node);
    const last = blocks.at(-1);
    if (picture) blocks.push({ kind: "picture", src: String(picture.attrs["src"]), alt: String(picture.attrs["alt"]) });
    else if (last?.kind === "rich") last.nodes.push(node);
    else blocks.push({ kind: "rich", nodes: [node] });
  }
  return { blocks, links };
}
