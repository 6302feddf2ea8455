// Socket.IO over wx.connectSocket: engine.io's own WebSocket transport with another socket under it.

import { WebSocket as EngineWebSocket } from "engine.io-client";

/** What engine.io expects of a socket. */
interface BrowserSocket {
  binaryType: string;
  onopen: () => void;
  onclose: (event: { code?: number; reason?: string }) => void;
  onmessage: (event: { data: string | ArrayBuffer }) => void;
  onerror: (error: unknown) => void;
  send(data: string | ArrayBuffer): void;
  close(): void;
}

const nothing = () => undefined;

/** Opens at once; a failure comes as an error and a close, as from a browser's. */
export function wechatSocket(url: string): BrowserSocket {
  const socket: BrowserSocket = {
    binaryType: "arraybuffer", onopen: nothing, onclose: nothing, onmessage: nothing, onerror: nothing,
    // A send that fails is told by the close that follows it.
    send: (data) => task.send({ data, fail: nothing }),
    close: () => task.close({ code: 1000, fail: nothing }),
  };
  // `fail` comes when WeChat does not even try: an address that is not among the mini-program's domains, no network,
  // or five sockets open already.
  const task = wx.connectSocket({ url, fail: (failure) => socket.onerror(failure) });
  task.onOpen(() => socket.onopen());
  task.onMessage(({ data }) => socket.onmessage({ data }));
  task.onError((failure) => socket.onerror(failure));
  task.onClose(({ code, reason }) => socket.onclose({ code, reason }));
  return socket;
}

export class WechatTransport extends EngineWebSocket {
  override createSocket(uri: string): BrowserSocket {
    return wechatSocket(uri);
  }
}
