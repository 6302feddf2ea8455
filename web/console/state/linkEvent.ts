// Hear an event of the line for as long as a component is there; the line itself has no way to stop listening.

import type { ServerEvents } from "@shared/contract";
import { onBeforeUnmount } from "vue";

type Hear = (payload: never) => void;
interface Line {
  on<Name extends keyof ServerEvents & string>(name: Name, hear: (payload: ServerEvents[Name]) => void): void;
}

const registry = new WeakMap<object, Map<string, Set<Hear>>>();

export function useLinkEvent<Name extends keyof ServerEvents & string>(
  link: Line,
  name: Name,
  hear: (payload: ServerEvents[Name]) => void,
): void {
  const names = registry.get(link) ?? new Map<string, Set<Hear>>();
  registry.set(link, names);
  let hearers = names.get(name);
  if (!hearers) {
    const all = new Set<Hear>();
    names.set(name, all);
    link.on(name, (payload) => all.forEach((each) => each(payload as never)));
    hearers = all;
  }
  const mine = hearers;
  mine.add(hear as Hear);
  onBeforeUnmount(() => mine.delete(hear as Hear));
}
