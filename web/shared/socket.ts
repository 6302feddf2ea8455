// The socket client of both the widget and the console: typed commands with acks, typed events, one status.

import { io, type ManagerOptions, type Socket } from "socket.io-client";
import type { ServerEvents } from "./contract";
import { AppError, ConnectionLost, isErrorBody } from "./errors";

export type LinkStatus = "idle" | "connecting" | "online" | "offline" | "refused";

/** A command's payload and what its ack carries. */
export interface CommandShape {
  payload: object;
  result: unknown;
}
export type CommandMap = Record<string, CommandShape>;

/** Payloads of a namespace with the results of its acks; a command without one there has none worth reading. */
export type Commands<Payloads, Results> = {
  [Name in keyof Payloads]: {
    payload: Payloads[Name] & object;
    result: Name extends keyof Results ? Results[Name] : unknown;
  };
};

export interface Link<Commands extends CommandMap> {
  open(): void;
  close(): void;
  /** Reconnect with the credentials of now, e.g. after another tab stored a token. */
  reopen(): void;
  /** Try now, where the next try would be some seconds away. */
  hurry(): void;
  /** Resolves with the ack's data; throws AppError (refused) or ConnectionLost (no ack: try again). */
  command<Name extends keyof Commands & string>(
    name: Name,
    payload: Commands[Name]["payload"],
  ): Promise<Commands[Name]["result"]>;
  on<Name extends keyof ServerEvents & string>(name: Name, hear: (payload: ServerEvents[Name]) => void): void;
  onStatus(hear: (status: LinkStatus, error?: AppError) => void): void;
}

export interface LinkOptions {
  /** Where the server is, e.g. "https://example.org" or "https://example.org/bangban"; empty for the page's own. */
  origin: string;
  namespace: "/visitor" | "/agent";
  /** Asked again before every connection, so that it always sends the current token. Fails: tried again later. */
  auth: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** How the platform tells that its network is back. */
  onNetwork?: (back: () => void) => void;
  /** Where there is no WebSocket as browsers have it (mini-programs). */
  transports?: ManagerOptions["transports"];
}


// An ack comes after commit; ten seconds without one means that the answer is lost, not slow.
const ACK_TIMEOUT_MS = 10_000;

interface Ack {
  ok: boolean;
  data?: unknown;
  error?: unknown;
}

export function createLink<Commands extends CommandMap>(options: LinkOptions): Link<Commands> {
  // Behind a proxy the server may be in a folder of its host.
  const [, origin = "", folder = ""] = /^(\w+:\/\/[^/]+)(.*?)\/?$/.exec(options.origin) ?? [];
  const socket: Socket = io(origin + options.namespace, {
    path: `${folder}/socket.io`,
    transports: options.transports ?? ["websocket"],
    autoConnect: false,
    withCredentials: true,
    auth: (send) => {
      const given = options.auth();
      if (!(given instanceof Promise)) return send(given);
      // Without credentials this line is of no use: hung up, and tried again as after any lost line.
      given.then(send, () => socket.io.engine?.close());
    },
    reconnectionDelay: 500,
    reconnectionDelayMax: 8_000,
  });
  const listeners: ((status: LinkStatus, error?: AppError) => void)[] = [];
  const tell = (status: LinkStatus, error?: AppError) => listeners.forEach((hear) => hear(status, error));

  socket.on("connect", () => tell("online"));
  socket.on("disconnect", (reason) => {
    tell("offline");
    // The manager reconnects by itself except when the server hung up on purpose.
    if (reason === "io server disconnect") socket.connect();
  });
  socket.on("connect_error", (failure: Error & { data?: unknown }) => {
    // `active` tells a lost network (it keeps trying) from a refusal by the server (it does not).
    if (socket.active) return tell("offline");
    const body = isErrorBody(failure.data) ? failure.data : { code: "refused", message: failure.message };
    tell("refused", new AppError(body));
  });

  // The manager may be seconds away from its next try when the browser knows that the network is back.
  const hurry = (): void => {
    if (socket.connected || !socket.active) return;
    socket.disconnect();
    socket.connect();
  };
  options.onNetwork?.(hurry);

  return {
    hurry,
    open() {
      if (socket.connected || socket.active) return;
      tell("connecting");
      socket.connect();
    },
    close() {
      socket.disconnect();
      tell("idle");
    },
    reopen() {
      socket.disconnect();
      tell("connecting");
      socket.connect();
    },
    async command(name, payload) {
      if (!socket.connected) throw new ConnectionLost();
      let ack: Ack;
      try {
        ack = (await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, payload)) as Ack;
      } catch {
        // Half-open lines look healthy for a minute; hang up, so that the reconnection repairs what was missed.
        if (socket.connected) socket.io.engine.close();
        throw new ConnectionLost();
      }
      if (ack.ok) return ack.data;
      throw new AppError(
        isErrorBody(ack.error) ? ack.error : { code: "internal", message: "系统出了点问题，请稍后再试。" },
      );
    },
    on(name, hear) {
      // socket.io's own typing cannot follow a generic name; the map above is what keeps callers honest.
      (socket as { on(event: string, listener: (payload: never) => void): unknown }).on(name, hear);
    },
    onStatus(hear) {
      listeners.push(hear);
    },
  };
}
