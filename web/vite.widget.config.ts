// Builds the widget: `npm run build:widget` runs this twice. dist/widget.js is the classic script a website embeds;
// dist/widget/app.js, which it fetches, and the parts that are fetched when they are needed are modules.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { alias, vueFlags } from "./vite.shared.ts";

const entry = (name: string) => fileURLToPath(new URL(`./widget/${name}.ts`, import.meta.url));

const script = { entry: entry("embed"), name: "Bangban", formats: ["iife" as const], fileName: () => "widget.js" };
const parts = {
  input: entry("app"),
  // What later parts share with the first view stays in it: one file, one trip.
  preserveEntrySignatures: "allow-extension" as const,
  output: { entryFileNames: "app.js", chunkFileNames: "[name]-[hash].js" },
};

export default defineConfig(({ mode }) => ({
  plugins: [vue()],
  resolve: { alias },
  define: { ...vueFlags, "process.env.NODE_ENV": '"production"' },
  publicDir: false,
  build: {
    outDir: mode === "embed" ? "dist" : "dist/widget",
    emptyOutDir: mode !== "embed",
    target: "es2020",
    modulePreload: false,
    rolldownOptions: {
      checks: { pluginTimings: false }, // a slow machine is no fault of ours
      ...(mode === "embed" ? {} : parts),
    },
    ...(mode === "embed" ? { lib: script } : {}),
  },
}));
