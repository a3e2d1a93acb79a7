import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import sitemap from '@astrojs/sitemap';
import svelte from '@astrojs/svelte';
import { defineConfig } from 'astro/config';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import { plotStyleHash } from './src/components/plots/plot-style.ts';

/** Trust is for `\htmlData` and `\htmlClass` in our own lessons; readers' equations are typeset elsewhere. */
const katex = { trust: true, strict: false, throwOnError: true };

export default defineConfig({
  site: process.env.UNROLLED_SITE ?? 'https://unrolled.example',
  base: process.env.UNROLLED_BASE ?? '/',
  trailingSlash: 'always',
  devToolbar: { enabled: false },
  integrations: [svelte(), mdx(), sitemap()],
  i18n: {
    locales: ['en', { path: 'zh-cn', codes: ['zh-CN'] }],
    defaultLocale: 'en',
    routing: { prefixDefaultLocale: false },
  },
  markdown: {
    // Astro's default Markdown engine takes no remark plugins, and Shiki writes inline styles that the CSP forbids.
    processor: unified({ remarkPlugins: [remarkMath], rehypePlugins: [[rehypeKatex, katex]] }),
    syntaxHighlight: 'prism',
  },
  build: { inlineStylesheets: 'never' },
  vite: {
    worker: { format: 'es' },
    build: { target: 'es2022' },
  },
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
      ],
      scriptDirective: { resources: ["'self'", "'wasm-unsafe-eval'"] },
      styleDirective: {
        // KaTeX and the charts set style attributes; a style attribute can't run code.
        resources: ["'self'", { resource: "'unsafe-inline'", kind: 'attribute' }],
        hashes: [plotStyleHash()],
      },
    },
  },
});
