// Between the website's scripts, the button and the window: calls wait until the window is loaded, events go out.

import type { BangbanActions, BangbanApi, BangbanCall, BangbanEvents, BangbanListening } from "./bangban";

type Hear = (payload: never) => void;

const ACTIONS = ["open", "close", "send", "ask", "setIdentity", "logout"] as const;

type Action = (typeof ACTIONS)[number];
const isAction = (name: unknown): name is Action => ACTIONS.includes(name as Action);

function asText(value: unknown): string {
  try {
    return String(value ?? "");
  } catch {
    return ""; // an object that will not be written down
  }
}

export interface Hub {
  api: BangbanApi;
  emit<Name extends keyof BangbanEvents>(event: Name, payload: BangbanEvents[Name]): void;
  /** The window is there: do what was called for meanwhile, and from now on at once. */
  take(actions: BangbanActions): void;
}

/** `wanted`: a call came that needs the window. */
export function createHub(wanted: () => void): Hub {
  const listeners = new Map<string, Set<Hear>>();
  const waiting: BangbanCall[] = [];
  let actions: BangbanActions | null = null;

  function run(call: BangbanCall): void {
    if (!actions) {
      waiting.push(call);
      wanted();
      return;
    }
    const [name, ...values] = call;
    (actions[name] as (...values: string[]) => void)(...values);
  }

  function on(event: string, hear: Hear): () => void {
    const hearers = listeners.get(event) ?? new Set();
    listeners.set(event, hearers.add(hear));
    if (event === "ready" && actions) tell(hear, {});
    return () => void hearers.delete(hear);
  }

  /** What goes wrong in the website's own code is the website's: it must not stop us. */
  function tell(hear: Hear, payload: object): void {
    try {
      hear(payload as never);
    } catch (failure) {
      reportError(failure);
    }
  }

  /** What was written down before we were there may be anything: one wrong call does not take the others along. */
  function push(...given: (BangbanCall | BangbanListening)[]): void {
    for (const each of given as unknown[]) {
      const [name, first, hear] = Array.isArray(each) ? (each as unknown[]) : [];
      if (name === "on") on(asText(first), hear as Hear);
      else if (isAction(name)) calls[name](first);
      else emit("error", { code: "unknown_call", message: `Bangban: there is no "${asText(name)}"` });
    }
  }

  const emit: Hub["emit"] = (event, payload) => listeners.get(event)?.forEach((hear) => tell(hear, payload));
  // From a website's own code: whatever is no text would be refused far from where it went wrong.
  const call = (name: Action) => (value?: unknown) => run([name, asText(value)] as BangbanCall);
  const calls = Object.fromEntries(ACTIONS.map((name) => [name, call(name)])) as Record<Action, (value?: unknown) => void>;
  return {
    api: { ...calls, on, push } as BangbanApi,
    emit,
    take(given) {
      actions = given;
      waiting.splice(0).forEach(run);
      emit("ready", {});
    },
  };
}
