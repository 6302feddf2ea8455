// The window, which widget.js fetches (launch.ts), and our own page (page.ts): mounted into the shadow root, and doing
// what the website calls for.

import type { BangbanActions } from "./bangban";
import type { Stage } from "./launch";
import { createSession, type Session } from "./session";
import { forgetAll } from "./state/storage";
import { createStyleAdder } from "./state/styles";
import composer from "./styles/composer.css?inline";
import messages from "./styles/messages.css?inline";
import panel from "./styles/panel.css?inline";

export function start(stage: Stage): BangbanActions {
  const addSheet = createStyleAdder(stage.root, stage.options.nonce);
  addSheet(panel + messages + composer);
  let current: string | null = null;
  let session: Session = come(null, false);

  function come(jwt: string | null, open: boolean): Session {
    current = jwt;
    const next = createSession(stage, addSheet, jwt, () => change(null));
    if (open || stage.page) next.open();
    // Whoever has been here before may have an answer waiting; a stranger costs no connection until they ask.
    else if (next.visitor.hasToken()) next.visitor.open();
    return next;
  }

  function change(jwt: string | null): void {
    const open = session.opened();
    session.end();
    session = come(jwt, open);
  }

  performance.mark("bangban-window");
  return {
    open: () => session.open(),
    close: () => session.close(),
    send(text) {
      if (!text.trim()) return;
      session.visitor.open();
      session.visitor.send(text.trim());
    },
    ask(text) {
      session.open();
      if (text.trim()) session.visitor.send(text.trim());
    },
    setIdentity(jwt) {
      if (jwt !== current) change(jwt);
    },
    logout() {
      forgetAll(stage.store);
      change(null);
    },
  };
}
