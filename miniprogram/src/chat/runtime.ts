// What libraries expect of a browser and a mini-program does not have; esbuild puts these in the place of the free
// names (scripts/build.mjs, `inject`).

/** socket.io takes its timers from here. */
export const self = {
  setTimeout: setTimeout,
  clearTimeout: clearTimeout,
  setInterval: setInterval,
  clearInterval: clearInterval,
};

type Hear = () => void;

class Signal {
  aborted = false;
  readonly hearers = new Set<Hear>();

  addEventListener(_type: "abort", hear: Hear): void {
    this.hearers.add(hear);
  }

  removeEventListener(_type: "abort", hear: Hear): void {
    this.hearers.delete(hear);
  }
}

class Controller {
  readonly signal = new Signal();

  abort(): void {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    const hearers = [...this.signal.hearers];
    this.signal.hearers.clear();
    hearers.forEach((hear) => hear());
  }
}

export { Controller as AbortController };

/** For client_msg_id, which has to differ within one conversation and is no secret: wx.getRandomValues answers too late. */
export const crypto = {
  getRandomValues(bytes: Uint8Array): Uint8Array {
    for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(Math.random() * 256);
    return bytes;
  },
};
