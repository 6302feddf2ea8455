// What the mini-program's own runtime.ts brings along, and the web's code asks for. Nothing else of a browser is
// declared here: web/ files that this package imports must do without, and the compiler sees to it.

interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", hear: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", hear: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

declare const crypto: {
  randomUUID?: () => string;
  getRandomValues(bytes: Uint8Array): Uint8Array;
};
