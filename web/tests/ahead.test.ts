// What is asked for before the program is here: the addresses are the ones it asks for, and an answer serves once.

import { afterEach, expect, test, vi } from "vitest";
import { auth, conversations } from "../console/api";
import { askAhead, dropAhead, takeAhead } from "../console/api/ahead";
import { EARLY, EARLY_ROWS, ME } from "../console/api/paths";

function server(status = 200) {
  const answer = vi.fn<(url: string) => Promise<Response>>(async () => new Response("{}", { status }));
  vi.stubGlobal("fetch", answer);
  return answer;
}

afterEach(() => {
  dropAhead();
  vi.unstubAllGlobals();
});

test("the program takes the answers that were asked for ahead of it", async () => {
  const asked = server();
  askAhead(ME);
  askAhead(EARLY);
  await auth.me();
  await conversations.list({ section: "mine", limit: EARLY_ROWS });
  expect(asked.mock.calls.map(([url]) => url)).toEqual([ME, EARLY]);
});

test("an answer serves once: whoever asks again wants to know how it is now", async () => {
  const asked = server();
  askAhead(ME);
  await auth.me();
  await auth.me();
  expect(asked).toHaveBeenCalledTimes(2);
});

test("what was refused before the login is asked again after it", async () => {
  server(401);
  askAhead(EARLY);
  server();
  await auth.login("li", "secret");
  expect(takeAhead(EARLY)).toBeUndefined();
});

test("a lost connection is told to whoever wanted the answer, and to nobody else", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new TypeError("offline"))));
  askAhead(ME);
  askAhead(EARLY);
  await expect(auth.me()).rejects.toMatchObject({ name: "ConnectionLost" });
});
