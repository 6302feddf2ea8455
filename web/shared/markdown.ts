// Markdown as Vue nodes, never as HTML text: what an article holds cannot become markup or script of the page.

import { Lexer, type Token, type Tokens } from "marked";
import { type FunctionalComponent, h, inject, type VNodeArrayChildren, type VNodeChild } from "vue";
import { safeLink } from "./content";
import { FILES } from "./parts";

const OWN_FILE = /^\/api\/v1\/knowledge\/attachments\/[0-9a-f-]{36}\/[^/?#\s]+$/;

let origin = ""; // while one text is rendered, which happens in one go

const DEEPEST = 50; // lists, quotes and emphasis within each other
let depth = 0;

function children(tokens: Token[] | undefined): VNodeArrayChildren {
  if (depth >= DEEPEST) throw new RangeError("nested too deep");
  depth += 1;
  try {
    return (tokens ?? []).map(render);
  } finally {
    depth -= 1;
  }
}

function ownFile(href: string): string | null {
  return OWN_FILE.test(href) ? origin + href : null;
}

function anchor(href: string, inner: VNodeArrayChildren): VNodeChild {
  const target = ownFile(href) ?? safeLink(href);
  return target ? h("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, inner) : h("span", inner);
}

function cells(row: Tokens.TableCell[], tag: "th" | "td"): VNodeChild {
  return h("tr", row.map((cell) => h(tag, children(cell.tokens))));
}

function render(token: Token): VNodeChild {
  switch (token.type) {
    case "space":
    case "checkbox":
      return null;
    case "heading":
      return h("p", { class: "md-heading" }, children(token.tokens));
    case "paragraph":
      return h("p", children(token.tokens));
    case "text":
      return token.tokens ? children(token.tokens) : token.text;
    case "escape":
      return token.text;
    case "strong":
    case "em":
    case "del":
    case "blockquote":
      return h(token.type, children(token.tokens));
    case "br":
    case "hr":
      return h(token.type);
    case "codespan":
      return h("code", token.text);
    case "code":
      return h("pre", h("code", token.text));
    case "list": {
      const list = token as Tokens.List;
      const start = list.ordered && list.start !== 1 ? { start: Number(list.start) } : {};
      return h(list.ordered ? "ol" : "ul", start, list.items.map((item) => h("li", children(item.tokens))));
    }
    case "link":
      return anchor(token.href, children(token.tokens));
    case "image": {
      // A stranger's picture would be a request to wherever the text says: show where it leads instead.
      const source = ownFile(token.href);
      const shown = source ? h("img", { src: source, alt: token.text, loading: "lazy", class: "md-picture" }) : token.text;
      return anchor(token.href, [shown || token.href]);
    }
    case "table": {
      const table = token as Tokens.Table;
      const body = table.rows.map((row) => cells(row, "td"));
      return h("div", { class: "md-table" }, h("table", [h("thead", [cells(table.header, "th")]), h("tbody", body)]));
    }
    default:
      return token.raw; // HTML and what else there is: as the letters it was written with
  }
}

// Lists and quotes nested thousands deep are no text anybody wrote: shown as letters, not an empty page.
function nodes(text: string): VNodeArrayChildren {
  try {
    return children(new Lexer({ gfm: true, breaks: true }).lex(text));
  } catch (error) {
    if (error instanceof Error) return [h("p", text)];
    throw error;
  }
}

/** `<MarkdownText text="..." />` */
export const MarkdownText: FunctionalComponent<{ text: string }> = (props) => {
  origin = inject(FILES, "");
  return h("div", { class: "md" }, nodes(props.text));
};
MarkdownText.props = ["text"];
