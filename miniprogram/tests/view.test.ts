import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changesOf } from "../src/chat/view/changes";
import { richOf, type RichNode } from "../src/chat/view/rich";

const FILE = "/api/v1/knowledge/attachments/0197a3c2-1111-7222-8333-944445555666";
const ALLOWED = new Set("p span strong em del blockquote br hr code pre ul ol li div table thead tbody tr th td img".split(" "));

function* every(nodes: RichNode[]): Generator<RichNode> {
  for (const node of nodes) {
    yield node;
    if (node.type === "node") yield* every(node.children);
  }
}
const nodesOf = (text: string) => richOf(text, "https://bang.example").blocks.flatMap((block) => (block.kind === "rich" ? [...every(block.nodes)] : []));

describe("markdown for rich-text", () => {
  it("keeps lists, emphasis and tables, and nothing else", () => {
    const names = nodesOf("可以。\n\n- **租房**\n\n| 项 | 额 |\n|---|---|\n| 甲 | 1 |").map((node) => (node.type === "node" ? node.name : ""));
    for (const name of ["ul", "li", "strong", "table", "td"]) assert.ok(names.includes(name), name);
  });

  for (const text of ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "[点我](javascript:alert(1))", "![图](https://evil.example/p.png)"])
    it(`makes no element of ${text}`, () => {
      for (const node of nodesOf(text)) {
        if (node.type === "text") continue;
        assert.ok(ALLOWED.has(node.name), node.name);
        assert.deepEqual(Object.keys(node.attrs).filter((key) => !["class", "start", "src", "alt"].includes(key)), []);
        assert.notEqual(node.name, "img");
      }
    });

  it("shows letters that look like entities as they were written", () => {
    assert.ok(nodesOf("a &lt; b").some((node) => node.type === "text" && node.text === "a &amp;lt; b"));
  });

  it("puts links beside the text, where they can be tapped", () => {
    assert.deepEqual(richOf("见[条例](https://www.gov.cn/x)和[点我](javascript:x)", "").links, [{ text: "条例", href: "https://www.gov.cn/x", own: false }]);
    assert.deepEqual(richOf(`[申请表](${FILE}/b.docx)`, "https://bang.example").links, [{ text: "申请表", href: `https://bang.example${FILE}/b.docx`, own: true }]);
  });

  it("sets our own pictures apart, to be looked at", () => {
    const { blocks, links } = richOf(`先看图：\n\n![流程](${FILE}/a.png)\n\n再办理`, "https://bang.example");
    assert.deepEqual(blocks.map((block) => block.kind), ["rich", "picture", "rich"]);
    assert.deepEqual(blocks[1], { kind: "picture", src: `https://bang.example${FILE}/a.png`, alt: "流程" });
    assert.deepEqual(links, []);
  });

  it("shows what is nested deeper than anybody writes as it was written", () => {
    const text = "> ".repeat(500) + "x";
    assert.deepEqual(richOf(text, "").blocks, [{ kind: "rich", nodes: [{ type: "node", name: "p", attrs: { class: "md-p" }, children: [{ type: "text", text }] }] }]);
  });
});

describe("what is carried over to the page", () => {
  const list = (...names: string[]) => ({ messages: names.map((name) => ({ key: name })) });

  it("is nothing where nothing changed", () => {
    assert.deepEqual(changesOf({ a: 1, ...list("甲") }, { a: 1, ...list("甲") }), {});
  });

  it("is only the new items of a list", () => {
    assert.deepEqual(changesOf(list("甲", "乙"), list("甲", "乙", "丙")), { "messages[2]": { key: "丙" } });
  });

  it("is the whole list where it became shorter or another", () => {
    assert.deepEqual(changesOf(list("甲", "乙"), list("乙")), list("乙"));
    assert.deepEqual(changesOf(list("甲", "乙"), list("一", "二", "三")), list("一", "二", "三"));
  });

  it("gives the same data as setting everything, whatever changed", () => {
    const states = [list(), list("甲"), list("甲", "乙"), list("甲", "丁"), list("丁"), list("甲", "乙", "丙", "丁", "戊"), list("甲", "己", "丙", "丁", "戊", "庚")];
    for (const before of states)
      for (const after of states) {
        const data = structuredClone(before) as { messages: unknown[] };
        for (const [path, value] of Object.entries(changesOf(before, after))) {
          const at = /\[(\d+)\]$/.exec(path)?.[1];
          if (at === undefined) data.messages = value as unknown[];
          else data.messages[Number(at)] = value;
        }
        assert.deepEqual(data, after);
      }
  });
});
