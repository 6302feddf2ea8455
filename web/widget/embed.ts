// Entry of widget.js, the script a website embeds: the button in the corner at once, and behind it the window
// (app.ts), which is fetched meanwhile.

import type { InboxWidget } from "@shared/contract";
import { fetchWindow } from "./fetching";
import { launch } from "./launch";
import { findScript, readOptions } from "./options";

// The button waits no longer than this for its colour.
const PATIENCE_MS = 3_000;

const options = readOptions(findScript());
const base = options.origin || location.origin;

async function settings(): Promise<InboxWidget | null | "unknown"> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(`${base}/api/v1/widget/${encodeURIComponent(options.inbox)}`, {
      credentials: "omit",
      signal: giveUp.signal,
    });
    if (answer.ok) return (await answer.json()) as InboxWidget;
    return answer.status === 404 || answer.status === 422 ? "unknown" : null;
  } catch {
    return null; // no line, or a policy that forbids it: the window will say so
  } finally {
    clearTimeout(timer);
  }
}

// Beside the body, so that there need not be one yet.
launch(options, { settings, app: () => fetchWindow(`${base}/widget`) });
