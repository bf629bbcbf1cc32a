import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

/** The development server injects inline scripts (fast refresh), which the policy of the real thing forbids. */
const withoutPolicyInDevelopment: Plugin = {
  name: 'without-policy-in-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
};

const pwa = VitePWA({
  registerType: 'prompt',
  injectRegister: false, // src/shell/update.ts does it: the plugin's own script would be inline
  manifest: {
    id: '/',
    name: 'Narwhal',
    short_name: 'Narwhal',
    description: 'Browse and edit the documents that a Narwhal server keeps',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#0d151b',
    theme_color: '#0b5c70',
    icons: [
      { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icons/logo.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  },
  workbox: {
    globPatterns: ['**/*.{js,css,html,svg,png}'],
    navigateFallback: '/index.html',
    navigateFallbackDenylist: [/^\/(api|healthz)(\/|$)/],
    cleanupOutdatedCaches: true,
    // No runtimeCaching: documents are never served from a cache that the server does not know of.
  },
});

const junit = process.env['VITEST_JUNIT'];

export default defineConfig({
  plugins: [react(), pwa, withoutPolicyInDevelopment],
  server: { proxy: { '/api': process.env['NARWHAL_API'] ?? 'http://127.0.0.1:8888' } },
  preview: { proxy: { '/api': process.env['NARWHAL_API'] ?? 'http://127.0.0.1:8888' } },
  build: { assetsInlineLimit: 0 },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    setupFiles: ['tests/setup.ts'],
    reporters: junit ? ['default', ['junit', { outputFile: junit }]] : ['default'],
  },
});
