// Ties a component of WXML to the state of its session: whatever its view reads and changes is set again, at most once
// a turn. Sessions have names, because WeChat hands no functions or objects of ours from one component to another.

import { effectScope, watch, type EffectScope } from "vue";
import { createSession, type Session, type SessionOptions } from "./session";
import { changesOf } from "./view/changes";

type Data = Record<string, unknown>;

/** What is used of a component. */
interface Shell {
  data: unknown;
  setData(data: Data, done?: () => void): void;
}

const sessions = new Map<string, Session>();
const ties = new WeakMap<object, EffectScope>();
let count = 0;

export function openSession(options: SessionOptions): string {
  const name = `s${++count}`;
  sessions.set(name, createSession(options));
  return name;
}

export function closeSession(name: string): void {
  sessions.get(name)?.end();
  sessions.delete(name);
}

export function sessionOf(name: string): Session {
  const session = sessions.get(name);
  if (!session) throw new Error("no session of this name: the chat has been closed");
  return session;
}

/** `view` gives data; `shown` hears once it stands on the page. Called in `attached`; `disconnect` in `detached`. */
export function connect(shell: Shell, view: () => Data, shown?: (now: Data) => void): void {
  const scope = ties.get(shell) ?? effectScope(true);
  ties.set(shell, scope);
  let last: Data = {};
  const apply = (now: Data): void => {
    const changes = changesOf(last, now);
    last = now;
    if (Object.keys(changes).length) shell.setData(changes, () => shown?.(now));
  };
  scope.run(() => watch(view, apply, { immediate: true }));
}

/** Runs with the component: watchers in it end when it goes. */
export function during(shell: Shell, run: () => void): void {
  const scope = ties.get(shell) ?? effectScope(true);
  ties.set(shell, scope);
  scope.run(run);
}

export function disconnect(shell: Shell): void {
  ties.get(shell)?.stop();
  ties.delete(shell);
}
