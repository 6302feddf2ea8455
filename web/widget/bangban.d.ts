// The JavaScript interface of the widget, `window.Bangban`. Served beside it as widget/bangban.d.ts, for websites
// that use TypeScript.

export interface BangbanEvents {
  /** Everything is loaded. Who listens later is told at once. */
  ready: Record<string, never>;
  open: Record<string, never>;
  close: Record<string, never>;
  /** A message stands in the thread, ours or theirs. What it says stays in the window. */
  message: { id: string; author: "visitor" | "bot" | "agent" | "system"; type: string };
  /** How many messages the citizen has not seen. */
  unread: { count: number };
  /** Something did not work; `code` is stable (docs/website.md). */
  error: { code: string; message: string };
}

export interface BangbanActions {
  open(): void;
  close(): void;
  /** Say something in the citizen's name, without opening the window. */
  send(text: string): void;
  /** Open the window and ask. */
  ask(text: string): void;
  /** The citizen is logged in on the website: a JWT signed by its server with the inbox's identity secret. */
  setIdentity(jwt: string): void;
  /** The citizen has logged out: nothing of the conversation stays in this browser. */
  logout(): void;
}

export type BangbanCall = { [Name in keyof BangbanActions]: [Name, ...Parameters<BangbanActions[Name]>] }[keyof BangbanActions];
export type BangbanListening = {
  [Name in keyof BangbanEvents]: ["on", Name, (payload: BangbanEvents[Name]) => void];
}[keyof BangbanEvents];

export interface BangbanApi extends BangbanActions {
  /** Returns what ends the listening. */
  on<Name extends keyof BangbanEvents>(event: Name, hear: (payload: BangbanEvents[Name]) => void): () => void;
  /** Calls written down before the script was there: `window.Bangban = window.Bangban || []; Bangban.push(["open"])`. */
  push(...calls: (BangbanCall | BangbanListening)[]): void;
}

declare global {
  interface Window {
    Bangban?: BangbanApi | (BangbanCall | BangbanListening)[];
  }
}
