import { defineConfig } from "vitest/config";
import { gzipTwins } from "./scripts/gzip_twins";

// Where `npm run dev` finds a running gateway.
const gateway = process.env.TRIAD_GATEWAY ?? "http://127.0.0.1:4545";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    outDir: process.env.SITE ?? "dist",
    emptyOutDir: true,
    // The page's policy allows nothing inline and no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [gzipTwins()],
  server: {
    // An address, since not every machine can resolve "localhost".
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/config", "/openapi.json"].map((path) => [
        path,
        {
          target: gateway,
          changeOrigin: true,
          // The gateway refuses writes from a foreign origin, which Vite's port is.
          configure: (proxy) => proxy.on("proxyReq", (request) => request.removeHeader("origin")),
        },
      ]),
    ),
  },
  test: {
    include: ["src/**/*.test.ts"],
    coverage: {
      include: ["src/**/*.{ts,tsx}"],
      exclude: ["src/**/*.test.ts", "src/api/types.ts", "src/**/*.gen.ts"],
      reporter: ["text-summary", "cobertura"],
      reportsDirectory: "../build/coverage/frontend",
    },
  },
});
