// What both builds have in common: the alias, Vue without its options API, and where the server is in development.
import { fileURLToPath } from "node:url";
import type { UserConfig } from "vite";

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
