// A link without a network: tests push events and answer commands.
import type { ServerEvents } from "@shared/contract";
import type { AppError } from "@shared/errors";
import type { CommandMap, Link, LinkStatus } from "@shared/socket";
import { vi } from "vitest";

export interface Sent {
  name: string;
  payload: object;
}

export function fakeLink<Commands extends CommandMap>(answer: (sent: Sent) => unknown) {
  const hearers = new Map<string, ((payload: never) => void)[]>();
  const statuses: ((status: LinkStatus, error?: AppError) => void)[] = [];
  const sent: Sent[] = [];
  const link: Link<Commands> = {
    open: vi.fn(),
    close: vi.fn(),
    reopen: vi.fn(),
    hurry: vi.fn(),
    async command(name, payload) {
      sent.push({ name, payload });
      return answer({ name, payload });
    },
    on(name, hear) {
      hearers.set(name, [...(hearers.get(name) ?? []), hear as (payload: never) => void]);
    },
    onStatus: (hear) => void statuses.push(hear),
  };
  return {
    link,
    sent,
    push<Name extends keyof ServerEvents>(name: Name, payload: ServerEvents[Name]): void {
      for (const hear of hearers.get(name) ?? []) hear(payload as never);
    },
    status: (status: LinkStatus, error?: AppError) => statuses.forEach((hear) => hear(status, error)),
  };
}
