// Builds dist/widget.js: one classic script a public website embeds, with its styles inside.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { alias, vueFlags } from "./vite.shared.ts";

export default defineConfig({
  plugins: [vue()],
  resolve: { alias },
  define: { ...vueFlags, "process.env.NODE_ENV": '"production"' },
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2020",
    rolldownOptions: { checks: { pluginTimings: false } }, // a slow machine is no fault of ours
    lib: {
      entry: fileURLToPath(new URL("./widget/main.ts", import.meta.url)),
      name: "BangbanWidget",
      formats: ["iife"],
      fileName: () => "widget.js",
    },
  },
});
