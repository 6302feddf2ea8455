// A page of a browser for miniprogram-simulate to draw into; imported before it, because it looks for one at once.

import { JSDOM } from "jsdom";

export const page = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
for (const name of ["window", "document", "Element", "Event", "CustomEvent", "HTMLElement", "Node", "MutationObserver"])
  Object.defineProperty(globalThis, name, { value: (page.window as unknown as Record<string, unknown>)[name] ?? page.window, configurable: true, writable: true });
