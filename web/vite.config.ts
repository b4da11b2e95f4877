/**
 * Two builds of the web app: `vite build` makes the browser's (dist/client, with a manifest),
 * `vite build --ssr` the server's renderer (dist/server/entry-server.js, one file, nothing external but Node).
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig(({ isSsrBuild }) => ({
  root,
  base: '/',
  clearScreen: false,
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  ssr: { noExternal: true, target: 'node' },
  publicDir: isSsrBuild ? false : 'public',
  build: {
    target: 'es2023',
    outDir: isSsrBuild ? 'dist/server' : 'dist/client',
    emptyOutDir: true,
    manifest: !isSsrBuild,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: isSsrBuild ? 'entry-server.tsx' : 'entry-client.tsx',
      ...(isSsrBuild ? { output: { entryFileNames: 'entry-server.js', codeSplitting: false } } : {}),
    },
  },
}));
