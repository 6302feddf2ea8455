// What WeChat's tool refuses is found here: files that app.json or a component names and that are not there, handlers
// that do not exist, privacy interfaces that are not declared, a package that is too large.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";

interface Json {
  usingComponents?: Record<string, string>;
  component?: boolean;
  pages: string[];
  requiredPrivateInfos: string[];
  sitemapLocation: string;
  miniprogramRoot: string;
  appid: string;
}

const read = (path: string): Json => JSON.parse(readFileSync(path, "utf8")) as Json;
const files = readdirSync(__DIST__, { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile())
  .map((each) => join(each.parentPath, each.name));
const ending = (end: string) => files.filter((path) => path.endsWith(end));
const app = read(join(__DIST__, "app.json"));
// Those that WeChat makes mini-programs declare in app.json (requiredPrivateInfos).
const LOCATIONS = ["getFuzzyLocation", "getLocation", "onLocationChange", "chooseAddress", "choosePoi", "chooseLocation", "startLocationUpdate", "startLocationUpdateBackground"];

describe("the package", () => {
  it("has the four files of every page", () => {
    assert.ok(app.pages.length > 0);
    for (const page of app.pages) for (const kind of ["js", "json", "wxml"]) assert.ok(existsSync(join(__DIST__, `${page}.${kind}`)), `${page}.${kind}`);
    assert.ok(existsSync(join(__DIST__, app.sitemapLocation)));
  });

  it("has every component that another names", () => {
    for (const path of ending(".json")) {
      for (const [tag, value] of Object.entries(read(path).usingComponents ?? {})) {
        const at = value.startsWith("/") ? join(__DIST__, value) : join(dirname(path), value);
        for (const kind of ["js", "json", "wxml"]) assert.ok(existsSync(`${at}.${kind}`), `${relative(__DIST__, path)}: ${tag} leads to no ${at}.${kind}`);
        assert.equal(read(`${at}.json`).component, true, at);
      }
    }
  });

  it("uses no component that it does not name, and names none that it does not use", () => {
    for (const path of ending(".wxml")) {
      const named = Object.keys(read(path.replace(/wxml$/, "json")).usingComponents ?? {}).sort();
      const used = [...new Set([...readFileSync(path, "utf8").matchAll(/<((?:chat|bangban)-[\w-]+)/g)].map((each) => each[1]))].sort();
      assert.deepEqual(used, named, relative(__DIST__, path));
    }
  });

  it("has a method for every handler", () => {
    for (const path of ending(".wxml")) {
      const script = readFileSync(path.replace(/wxml$/, "js"), "utf8");
      for (const [, handler] of readFileSync(path, "utf8").matchAll(/\s(?:bind|catch):?[\w-]+="(\w+)"/g))
        assert.match(script, new RegExp(`[{},](async )?${handler}\\(`), `${relative(__DIST__, path)}: ${handler}`);
    }
  });

  it("imports only style sheets that are there", () => {
    for (const path of ending(".wxss"))
      for (const [, sheet] of readFileSync(path, "utf8").matchAll(/@import "([^"]+)"/g)) assert.ok(existsSync(join(dirname(path), String(sheet))), path);
  });

  it("keeps to selectors that components may have", () => {
    // WeChat's tool warns of tags, ids and attributes in a component's styles.
    for (const path of ending(".wxss").filter((each) => each.includes("components"))) {
      const plain = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/@import[^;]*;/g, "");
      for (const [, selectors] of plain.matchAll(/([^{}]+)\{/g))
        for (const selector of String(selectors).split(",")) assert.match(selector.trim(), /^(:host|\.[\w-]+)([ >.:].*)?$/, `${path}: ${selector}`);
    }
  });

  it("tells screen readers what can be tapped", () => {
    for (const path of ending(".wxml"))
      for (const [element] of readFileSync(path, "utf8").matchAll(/<(?:view|text|image)\b[^>]*\bbindtap=[^>]*>/g)) assert.match(element, /aria-role=/, `${relative(__DIST__, path)}: ${element}`);
  });

  it("declares the place, and runs no text as code", () => {
    const scripts = ending(".js").map((path) => readFileSync(path, "utf8")).join("\n");
    assert.deepEqual(LOCATIONS.filter((name) => scripts.includes(`wx.${name}(`)), app.requiredPrivateInfos);
    assert.doesNotMatch(scripts, /\beval\(|new Function\(/);
  });

  it("finds its shared code beside it, so that the folder can be copied", () => {
    const folder = join(__DIST__, "components/bangban-chat");
    for (const path of files.filter((each) => each.startsWith(folder) && each.endsWith(".js")))
      for (const [, wanted] of readFileSync(path, "utf8").matchAll(/require\("([^"]+)"\)/g)) {
        const at = join(dirname(path), `${wanted}.js`);
        assert.ok(existsSync(at) && at.startsWith(folder), `${path}: ${wanted}`);
      }
  });

  it("is small enough, with room for the mini-program it is put into", () => {
    const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
    assert.ok(bytes < 512 * 1024, `${bytes} bytes of 2 MB`);
  });

  it("is a project that the tool opens", () => {
    const project = read(join(__ROOT__, "project.config.json"));
    assert.equal(project.miniprogramRoot, "dist/");
    assert.equal(project.appid, "touristappid");
  });
});
