import { MarkdownText } from "@shared/markdown";
import { FILES } from "@shared/parts";
import { answerText, plainMarkdown } from "@shared/plain";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";

const render = (text: string) => mount(MarkdownText, { props: { text } });

describe("markdown", () => {
  it("renders lists, emphasis and tables", () => {
    const view = render("可以。\n\n- **租房**合同\n- 发票\n\n1. 申请\n2. 审核\n\n| 项 | 额 |\n|---|---|\n| 甲 | 1 |");
    expect(view.findAll("ul > li")).toHaveLength(2);
    expect(view.findAll("ol > li")).toHaveLength(2);
    expect(view.find("strong").text()).toBe("租房");
    expect(view.findAll("td").map((cell) => cell.text())).toEqual(["甲", "1"]);
  });

  const FILE = "/api/v1/knowledge/attachments/0197a3c2-1111-7222-8333-944445555666";

  it("shows our own pictures and files, wherever the page is", () => {
    const global = { provide: { [FILES as symbol]: "https://bang.example" } };
    const view = mount(MarkdownText, { props: { text: `![流程图](${FILE}/a.png)\n\n[申请表](${FILE}/b.docx)` }, global });
    expect(view.find("img").attributes()).toMatchObject({ src: `https://bang.example${FILE}/a.png`, alt: "流程图" });
    expect(view.findAll("a").map((link) => link.attributes("href"))).toEqual([
      `https://bang.example${FILE}/a.png`,
      `https://bang.example${FILE}/b.docx`,
    ]);
    expect(render(`![流程图](${FILE}/a.png)`).find("img").attributes("src")).toBe(`${FILE}/a.png`);
  });

  it("opens links apart and gives nothing away", () => {
    const link = render("[条例](https://www.gov.cn/x)").find("a");
    expect(link.attributes()).toMatchObject({ rel: "noopener noreferrer", target: "_blank", href: "https://www.gov.cn/x" });
  });

  it.each([
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[点我](javascript:alert(1))",
    "[点我](data:text/html;base64,PHNjcmlwdD4=)",
    "![图](https://evil.example/p.png)",
    "![图](//evil.example/api/v1/knowledge/attachments/0197a3c2-1111-7222-8333-944445555666/a.png)",
    "![图](/api/v1/knowledge/attachments/0197a3c2-1111-7222-8333-944445555666/../../../auth/logout)",
    "<a href='javascript:alert(1)'>x</a>",
  ])("makes no element of what somebody smuggles in: %s", (text) => {
    const view = render(text);
    expect(view.findAll("script, img, iframe")).toHaveLength(0);
    for (const link of view.findAll("a")) expect(link.attributes("href")).toMatch(/^https:/);
    expect(view.html()).not.toMatch(/href="(javascript|data):/);
  });

  it("shows letters that look like entities as they were written", () => {
    expect(render("a &lt; b < c & d").text()).toBe("a &lt; b < c & d");
  });
});

describe("markdown nested deeper than anybody writes", () => {
  it.each([">".repeat(20000), "- ".repeat(9000) + "x", "> ".repeat(500) + "x", "*".repeat(9000) + "a" + "*".repeat(9000)])(
    "is shown as it was written",
    (text) => {
      const view = render(text);
      expect(view.find("p").text()).toBe(text);
    },
  );
});

describe("an answer as plain text", () => {
  it("loses the marks and keeps the words", () => {
    expect(plainMarkdown("## 条件\n- **租房**\n- [条例](https://a.cn/b)")).toBe("条件\n· 租房\n· 条例（https://a.cn/b）");
  });

  it("keeps the stars of covered numbers", () => {
    for (const text of ["电话138****5678", "1101**********1234 和 138****5678", "**注意**：139****4321"])
      expect(plainMarkdown(text)).toBe(text.replace("**注意**", "注意"));
    expect(plainMarkdown("**甲**、**乙**")).toBe("甲、乙");
  });

  it("names the clauses it rests on", () => {
    const citation = { document: "住房公积金管理条例", number: "国务院令第710号", clause: "第二十四条", link: "" };
    expect(answerText("可以。", [citation], "依据：")).toBe(
      "可以。\n依据：《住房公积金管理条例》（国务院令第710号）第二十四条",
    );
  });
});
