import { describe, expect, it } from "vitest";
import type { MessageRead } from "@shared/contract";
import { type Entry, entriesOf } from "../console/state/entries";
import { sizeOf } from "@shared/sizes";
import { message } from "./samples";

const minute = (n: number, day = "01") => `2026-01-${day}T0${Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}:00Z`;
const by = (kind: MessageRead["author"]["kind"], id: string | null = null) => ({ kind, id, name: null });
const line = (seq: number, data: Record<string, unknown> = {}, at = minute(seq)) =>
  message(seq, { author: by("system"), created_at: at, content: { type: "activity", kind: "claimed", text: `第${seq}步`, data } });
const said = (seq: number, kind: MessageRead["author"]["kind"] = "visitor", at = minute(seq)) =>
  message(seq, { author: by(kind), created_at: at });
const kinds = (entries: Entry[]) => entries.map((entry) => entry.kind);

describe("what stands in a thread", () => {
  it("marks days, as they are in Shanghai", () => {
    // 15:59 UTC and 16:01 UTC are two days there.
    const entries = entriesOf([said(1, "visitor", "2026-01-01T15:59:00Z"), said(2, "visitor", "2026-01-01T16:01:00Z")], undefined);
    expect(kinds(entries)).toEqual(["day", "message", "day", "message"]);
  });

  it("puts three lines of activity and more together, fewer not", () => {
    const few = entriesOf([said(1), line(2), line(3), said(4)], undefined);
    expect(kinds(few)).toEqual(["day", "message", "message", "message", "message"]);
    const many = entriesOf([said(1), line(2), line(3), line(4), said(5)], undefined);
    expect(kinds(many)).toEqual(["day", "message", "activities", "message"]);
  });

  it("says where the talk with the bot ended, before the line that says so", () => {
    const entries = entriesOf([said(1), said(2, "bot"), line(3, { to: "queued" }), line(4, { to: "assigned" }), said(5, "agent")], undefined);
    expect(kinds(entries)).toEqual(["day", "message", "message", "boundary", "message", "message", "message"]);
    expect(kinds(entriesOf([said(1), line(2, { to: "queued" })], undefined))).not.toContain("boundary");
  });

  it("names the writer once for what he writes in one go, and anew for a note", () => {
    const agent = (seq: number, extra: Partial<MessageRead> = {}) =>
      message(seq, { author: by("agent", "li"), created_at: minute(seq), ...extra });
    const entries = entriesOf([agent(1), agent(2), agent(3, { private: true }), agent(8)], undefined);
    const follows = entries.flatMap((entry) => (entry.kind === "message" ? [entry.follows] : []));
    expect(follows).toEqual([false, true, false, false]);
  });

  it("marks the choice that was taken, by its label or its value, and none when something else was said", () => {
    const asked = message(1, {
      content: { type: "choices", text: "哪一种？", choices: [{ label: "租房", value: "/rent" }, { label: "购房", value: "/buy" }] },
    });
    const picked = (text: string) => {
      const answer = message(2, { author: by("visitor"), content: { type: "text", text } });
      const [, first] = entriesOf([asked, answer], undefined);
      return first?.kind === "message" ? first.picked : undefined;
    };
    expect([picked("购房"), picked("/rent"), picked("都不是")]).toEqual(["/buy", "/rent", null]);
  });
});

describe("sizes of files", () => {
  it.each([[0, "0 B"], [1023, "1023 B"], [1536, "1.5 KB"], [10 * 1024 ** 2, "10.0 MB"]])("%d bytes are %s", (bytes, text) => {
    expect(sizeOf(bytes)).toBe(text);
  });
});
