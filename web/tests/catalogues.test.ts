import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../console/i18n/en";
import { areas, zhCN } from "../console/i18n/zh-CN";

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes("i18n"))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"));
}

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe("the console's catalogues", () => {
  it("have the same placeholders in both languages", () => {
    for (const key of Object.keys(zhCN) as (keyof typeof zhCN)[]) expect(places(en[key]), key).toEqual(places(zhCN[key]));
  });

  it("name each text once, whatever its area", () => {
    const all = Object.values(areas).flatMap((area) => Object.keys(area));
    expect(all.filter((key, place) => all.indexOf(key) !== place)).toEqual([]);
    expect(all.sort()).toEqual(Object.keys(zhCN).sort());
  });

  it("hold every Chinese word of the interface", () => {
    for (const source of sources("console")) {
      const code = source.replace(/\/\/.*|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, "");
      // Punctuation between values is not a word.
      expect(code.match(/[\u4e00-\u9fff]+/g) ?? []).toEqual([]);
    }
  });

  it("have a style sheet for every Element Plus component in use", () => {
    const sheets = readFileSync("console/styles/element.css", "utf8");
    const used = new Set(
      sources("console").flatMap((source) => [...source.matchAll(/element-plus\/es\/components\/([\w-]+)\//g)].map((hit) => hit[1])),
    );
    const without = new Set(["config-provider", "tooltip"]); // no styles of their own
    for (const name of used) if (name && !without.has(name)) expect(sheets).toContain(`el-${name}.css`);
  });
});
