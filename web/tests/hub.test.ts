// Calls of a website's own code, which may be wrong in every way: none of them may keep the window from coming.

import { describe, expect, it, vi } from "vitest";
import type { BangbanActions, BangbanCall } from "../widget/bangban";
import { createHub } from "../widget/hub";

const NAMES = ["open", "close", "send", "ask", "setIdentity", "logout"] as const;

function window(): { said: unknown[][]; actions: BangbanActions } {
  const said: unknown[][] = [];
  const actions = Object.fromEntries(
    NAMES.map((name) => [name, (...values: unknown[]) => void said.push([name, ...values])]),
  ) as unknown as BangbanActions;
  return { said, actions };
}

describe("what a website writes down beforehand", () => {
  it("is done in its order, whatever nonsense stands between", () => {
    const hub = createHub(() => undefined);
    const heard: string[] = [];
    hub.api.on("error", ({ code }) => heard.push(code));
    const given: unknown[] = [
      null, 7, "open", [], ["__proto__"], [Object.create(null)], ["send"], ["send", null], ["send", Object.create(null)],
      ["send", { a: 1 }], ["on", "ready"], ["on"], ["ask", "余额"],
    ];
    hub.api.push(...(given as BangbanCall[]));
    const { said, actions } = window();
    vi.stubGlobal("reportError", () => undefined);
    hub.take(actions);
    expect(said).toEqual([["send", ""], ["send", ""], ["send", ""], ["send", "[object Object]"], ["ask", "余额"]]);
    expect(heard).toEqual(Array(6).fill("unknown_call"));
    vi.unstubAllGlobals();
  });

  it("reaches the window as text, also without anything said", () => {
    const hub = createHub(() => undefined);
    const { said, actions } = window();
    hub.take(actions);
    (hub.api.setIdentity as (value?: unknown) => void)();
    (hub.api.send as (value?: unknown) => void)(12329);
    expect(said).toEqual([["setIdentity", ""], ["send", "12329"]]);
  });
});
