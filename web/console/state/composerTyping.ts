// Tells that somebody types: at most every three seconds, and that it has ended.

const AGAIN_MS = 3_000;
const STOPS_MS = 5_000;

export function useTyping(say: (on: boolean) => void) {
  let said = 0;
  let timer = 0;

  function ended(): void {
    clearTimeout(timer);
    if (said) say(false);
    said = 0;
  }

  return {
    touched(): void {
      clearTimeout(timer);
      timer = window.setTimeout(ended, STOPS_MS);
      if (Date.now() - said < AGAIN_MS) return;
      said = Date.now();
      say(true);
    },
    ended,
    /** Another conversation is open: the old one's sign goes away by itself. */
    reset(): void {
      clearTimeout(timer);
      said = 0;
    },
  };
}
