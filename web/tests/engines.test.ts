import { expect, it } from "vitest";

const sources = import.meta.glob<string>("../{shared,widget}/**/*.{ts,vue}", { query: "?raw", import: "default", eager: true });

// One such pattern, and Safari before 16.4 (and WeChat on such a phone) does not run the script at all.
it("what citizens load has no look-behind in its patterns", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(50);
  expect(Object.entries(sources).filter(([, text]) => /\(\?<[=!]/.test(text)).map(([path]) => path)).toEqual([]);
});
