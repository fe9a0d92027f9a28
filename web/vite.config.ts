import { defineConfig } from "vite";

// Fixed names: the server sends every file anew, and a rebuilt bundle is a small change of few files.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/jobsys/adapters/http/page",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"], // the first that know light-dark()
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      output: { entryFileNames: "page.js", assetFileNames: "page[extname]" },
    },
  },
});
