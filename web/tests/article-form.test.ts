import { describe, expect, it } from "vitest";
import { contentOf, differences, emptyForm, formOf, merge, sameForm } from "../console/state/articleForm";
import { problemOf, problemsOf, refusedFields } from "../console/state/articleProblems";
import { AppError } from "@shared/errors";
import { daysLeft, today } from "../console/state/days";
import { fillPlaceholders } from "../console/state/placeholders";
import { rowsOf } from "../console/state/categories";
import { markLines, paragraph, wrap } from "../console/components/knowledge/editor/marks";
import { version } from "./article-samples";

describe("the form of an article", () => {
  it("gives back what was stored", () => {
    const stored = version({ variants: { wechat: "可以" }, effective_to: "2027-01-01" });
    const content = contentOf(formOf(stored));
    for (const [field, value] of Object.entries(content)) expect(stored[field as keyof typeof stored], field).toEqual(value);
  });

  it("leaves out empty lines, repeated wordings and empty citations", () => {
    const form = { ...formOf(version()), similar: [" 租房能取吗", "", "租房能取吗 ", "房租"] };
    form.citations = [{ document: " ", number: "", clause: "", link: "" }];
    expect(contentOf(form)).toMatchObject({ similar: ["租房能取吗", "房租"], citations: [] });
  });

  it("is the same when only such things differ", () => {
    const form = formOf(version());
    expect(sameForm(form, { ...form, similar: [...form.similar, "", " "] })).toBe(true);
    expect(sameForm(form, { ...form, similar: [...form.similar, "房租"] })).toBe(false);
  });

  it("takes of two people's changes each one's own, and asks where both changed", () => {
    const base = formOf(version());
    const mine = { ...base, answer_md: "我的答案", tags: ["我"] };
    const theirs = { ...base, question: "他们的标题", tags: ["他们"] };
    const sides = differences(base, mine, theirs);
    expect(sides).toEqual({ question: "theirs", answer_md: "mine", tags: "mine" });
    const merged = merge(mine, theirs, sides);
    expect([merged.question, merged.answer_md, merged.tags]).toEqual(["他们的标题", "我的答案", ["我"]]);
    expect(merge(mine, theirs, { ...sides, tags: "theirs" }).tags).toEqual(["他们"]);
  });
});

describe("problems of a form", () => {
  it("are named by field and place", () => {
    const form = { ...emptyForm("全国", "公积金"), question: "租", similar: ["房租", "x"], effective_from: "2026-02-01", effective_to: "2026-01-01" };
    form.citations = [{ document: "", number: "1", clause: "", link: "" }, { document: "条例", number: "", clause: "", link: "javascript:x" }];
    expect(Object.keys(problemsOf(form)).sort()).toEqual([
      "answer_md", "citations.0.document", "citations.1.link", "effective_to", "question", "similar.1",
    ]);
    expect(problemsOf(formOf(version()))).toEqual({});
  });

  it("the server names are put where the field is", () => {
    const named = new AppError({ code: "citation_required", message: "请至少填写一条", details: { field: "citations" } });
    expect(refusedFields(named)).toEqual({ citations: "请至少填写一条" });
    const listed = new AppError({ code: "invalid_input", message: "", details: { fields: { "content.similar.3": "string_too_long" } } });
    const problems = refusedFields(listed);
    expect(Object.keys(problems)).toEqual(["similar.3"]);
    expect(problemOf(problems, "similar")).toBe(problems["similar.3"]);
    expect(refusedFields(new Error("x"))).toEqual({});
  });
});

describe("small things of the pages", () => {
  it("count the days to an end as Shanghai does", () => {
    const late = new Date("2026-11-22T17:00:00Z"); // the 23rd in Shanghai
    expect(today(late)).toBe("2026-11-23");
    expect(daysLeft("2026-11-23", late)).toBe(0);
    expect(daysLeft("2026-12-23", late)).toBe(30);
    expect(daysLeft("2026-11-20", late)).toBe(-3);
  });

  it("fill the region's figures in and say which it has none of", () => {
    const values = [{ name: "rent.monthly", display: "每月1500元", source: "文件" }];
    expect(fillPlaceholders("可取{{ rent.monthly }}，{{other}}", values, "以当地为准")).toBe("可取每月1500元，以当地为准");
  });

  it("show no category below a folded one", () => {
    const node = (id: string, parent_id: string | null) => ({ id, parent_id, name: id, position: 0, path: id, articles: 1, total: 1 });
    const all = [node("a", null), node("b", "a"), node("c", "b"), node("d", null)];
    expect(rowsOf(all, new Set()).map((row) => [row.id, row.level])).toEqual([["a", 0], ["b", 1], ["c", 2], ["d", 0]]);
    expect(rowsOf(all, new Set(["a"])).map((row) => row.id)).toEqual(["a", "d"]);
  });

  it("put marks around words and before lines, and take them away again", () => {
    expect(wrap({ text: "要带身份证", from: 2, to: 5 }, "**").text).toBe("要带**身份证**");
    const steps = markLines({ text: "申请\n审核", from: 0, to: 5 }, "1. ");
    expect(steps.text).toBe("1. 申请\n2. 审核");
    expect(markLines(steps, "1. ").text).toBe("申请\n审核");
    expect(markLines(steps, "- ").text).toBe("- 申请\n- 审核");
    expect(paragraph({ text: "先说结论。再说步骤。", from: 0, to: 5 }, "![图](x)").text).toBe("先说结论。\n\n![图](x)\n\n再说步骤。");
    expect(paragraph({ text: "", from: 0, to: 0 }, "![图](x)").text).toBe("![图](x)");
  });
});
