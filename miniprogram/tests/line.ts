// A Socket.IO server without a network: speaks the protocol's packets over a stand-in of wx.connectSocket, so that what
// is tested is the real client with its real transport.

import type { Task } from "./phone";

export type Answer = (payload: Record<string, unknown>) => unknown;

export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Line {
  hear(packet: string): void;
  cut(): void;
}

export function createLine() {
  /** What each connection came with. */
  const auths: Record<string, unknown>[] = [];
  const commands: { name: string; payload: Record<string, unknown> }[] = [];
  const answers: Record<string, Answer> = {};
  /** Answers of commands are lost on the way while it is true. */
  const faults = { deaf: false, down: false, refuse: null as Refused | null };
  const lines = new Set<Line>();
  let ready: () => unknown = () => ({});

  function take(packet: string, say: (packet: string) => void): void {
    if (packet.startsWith("40/visitor,")) {
      auths.push(JSON.parse(packet.slice("40/visitor,".length)) as Record<string, unknown>);
      const { refuse } = faults;
      if (refuse) return say(`44/visitor,${JSON.stringify({ message: refuse.message, data: { code: refuse.code, message: refuse.message } })}`);
      say('40/visitor,{"sid":"s"}');
      return say(`42/visitor,${JSON.stringify(["session.ready", ready()])}`);
    }
    const [, id = "", body = "[]"] = /^42\/visitor,(\d*)(.*)$/s.exec(packet) ?? [];
    const [name = "", payload = {}] = JSON.parse(body) as [string?, Record<string, unknown>?];
    commands.push({ name, payload });
    let ack: object;
    try {
      ack = { ok: true, data: answers[name]?.(payload) ?? null };
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      ack = { ok: false, error: { code: failure.code, message: failure.message } };
    }
    if (!faults.deaf) say(`43/visitor,${id}[${JSON.stringify(ack)}]`);
  }

  function connect(): Task {
    let open: () => void = () => undefined;
    let message: (event: { data: string }) => void = () => undefined;
    let close: (event: { code: number; reason: string }) => void = () => undefined;
    let alive = true;
    const say = (data: string) => queueMicrotask(() => alive && message({ data }));
    const line: Line = {
      hear: say,
      cut() {
        if (!alive) return;
        alive = false;
        lines.delete(line);
        close({ code: 1006, reason: "" });
      },
    };
    queueMicrotask(() => {
      if (faults.down) return line.cut();
      lines.add(line);
      open();
      say('0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
    });
    return {
      onOpen: (hear) => void (open = hear),
      onMessage: (hear) => void (message = hear),
      onError: () => undefined,
      onClose: (hear) => void (close = hear),
      send: ({ data }) => alive && take(String(data), say),
      close: () => queueMicrotask(() => line.cut()),
    };
  }

  return {
    connect, auths, commands, answers, faults,
    onReady: (make: () => unknown) => void (ready = make),
    push: (name: string, payload: unknown) => lines.forEach((line) => line.hear(`42/visitor,${JSON.stringify([name, payload])}`)),
    cut: () => [...lines].forEach((line) => line.cut()),
    said: (name: string) => commands.filter((each) => each.name === name).map((each) => each.payload),
  };
}

export type ServerLine = ReturnType<typeof createLine>;
