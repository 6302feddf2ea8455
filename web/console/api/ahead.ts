// Answers asked for before the program is here: the first view waits for the slower of the two, not for both.

const asked = new Map<string, Promise<Response>>();

export function askAhead(url: string): void {
  const answer = fetch(url, { credentials: "same-origin" });
  // Whoever takes it hears of the failure; nobody may want it.
  answer.catch(() => undefined);
  asked.set(url, answer);
}

/** The answer that is here or on its way, once: whoever asks again wants to know how things are by then. */
export function takeAhead(url: string): Promise<Response> | undefined {
  const answer = asked.get(url);
  asked.delete(url);
  return answer;
}

/** What was asked before something was changed, or by nobody yet logged in, says nothing any more. */
export function dropAhead(): void {
  asked.clear();
}
