// What both builds have in common: the alias, Vue without its options API, and where the server is in development.
import { fileURLToPath } from "node:url";
import type { Plugin, UserConfig } from "vite";

export const alias = { "@shared": fileURLToPath(new URL("./shared", import.meta.url)) };

export const vueFlags = {
  __VUE_OPTIONS_API__: "false",
  __VUE_PROD_DEVTOOLS__: "false",
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
};

const server = process.env.BANGBAN_SERVER ?? "http://127.0.0.1:8000";

export const proxy: NonNullable<UserConfig["server"]>["proxy"] = {
  "/api": server,
  "/socket.io": { target: server, ws: true },
};

/** Socket.IO without long-polling and WebTransport, which we never use (shared/socket.ts): 1.4 KB less to wait for. */
export function onlyWebSocket(): Plugin {
  return {
    name: "only-websocket",
    load(id) {
      if (!/engine\.io-client\/build\/esm\/transports\/index\.js$/.test(id.replace(/\\/g, "/"))) return null;
      return 'import { WS } from "./websocket.js";\nexport const transports = { websocket: WS };\n';
    },
  };
}
