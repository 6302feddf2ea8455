// Markdown as a tree of elements of whoever shows it (browsers: markdown.ts; mini-programs: rich-text's nodes): what an
// article holds cannot become markup or script of the page.

import { Lexer, type Token, type Tokens } from "marked";
import { safeLink } from "./content";

const OWN_FILE = /^\/api\/v1\/knowledge\/attachments\/[0-9a-f-]{36}\/[^/?#\s]+$/;
const DEEPEST = 50; // lists, quotes and emphasis within each other

export type Attributes = Record<string, string | number>;
/** Letters are children as they are. */
export type Make<Node> = (tag: string, attributes: Attributes, children: (Node | string)[]) => Node;

/** `origin`: the server's where the page is another's. */
export function markdownTree<Node>(text: string, make: Make<Node>, origin = ""): Node[] {
  type Children = (Node | string)[];
  let depth = 0;

  function children(tokens: Token[] | undefined): Children {
    if (depth >= DEEPEST) throw new RangeError("nested too deep");
    depth += 1;
    try {
      return (tokens ?? []).flatMap(render);
    } finally {
      depth -= 1;
    }
  }

  const ownFile = (href: string) => (OWN_FILE.test(href) ? origin + href : null);

  function anchor(href: string, inner: Children): Node {
    const target = ownFile(href) ?? safeLink(href);
    return target ? make("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, inner) : make("span", {}, inner);
  }

  const cells = (row: Tokens.TableCell[], tag: "th" | "td") =>
    make("tr", {}, row.map((cell) => make(tag, {}, children(cell.tokens))));

  function render(token: Token): Children {
    switch (token.type) {
      case "space":
      case "checkbox":
        return [];
      case "heading":
        return [make("p", { class: "md-heading" }, children(token.tokens))];
      case "paragraph":
        return [make("p", {}, children(token.tokens))];
      case "text":
        return token.tokens ? children(token.tokens) : [token.text];
      case "escape":
        return [token.text];
      case "strong":
      case "em":
      case "del":
      case "blockquote":
        return [make(token.type, {}, children(token.tokens))];
      case "br":
      case "hr":
        return [make(token.type, {}, [])];
      case "codespan":
        return [make("code", {}, [token.text])];
      case "code":
        return [make("pre", {}, [make("code", {}, [token.text])])];
      case "list": {
        const list = token as Tokens.List;
        const start: Attributes = list.ordered && list.start !== 1 ? { start: Number(list.start) } : {};
        return [make(list.ordered ? "ol" : "ul", start, list.items.map((item) => make("li", {}, children(item.tokens))))];
      }
      case "link":
        return [anchor(token.href, children(token.tokens))];
      case "image": {
        // A stranger's picture would be a request to wherever the text says: show where it leads instead.
        const source = ownFile(token.href);
        const shown = source ? make("img", { src: source, alt: token.text, loading: "lazy", class: "md-picture" }, []) : token.text;
        return [anchor(token.href, [shown || token.href])];
      }
      case "table": {
        const table = token as Tokens.Table;
        const body = table.rows.map((row) => cells(row, "td"));
        return [make("div", { class: "md-table" }, [make("table", {}, [make("thead", {}, [cells(table.header, "th")]), make("tbody", {}, body)])])];
      }
      default:
        return [token.raw]; // HTML and what else there is: as the letters it was written with
    }
  }

  // Lists and quotes nested thousands deep are no text anybody wrote: shown as letters, not an empty page.
  try {
    return children(new Lexer({ gfm: true, breaks: true }).lex(text)).map((node) => (typeof node === "string" ? make("span", {}, [node]) : node));
  } catch (error) {
    if (error instanceof Error) return [make("p", {}, [text])];
    throw error;
  }
}
