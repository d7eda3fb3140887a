import { defineConfig } from 'vite'

/** Sheets are written in the pixels of the 1440 px design; the product scales with the root font (13 px there). */
const DESIGN_ROOT_PX = 13
const rem = {
  postcssPlugin: 'design-px-to-rem',
  Declaration(declaration: { value: string }) {
    if (!declaration.value.includes('px')) return
    // Hairlines stay one device pixel at every scale.
    declaration.value = declaration.value.replace(/(-?\d*\.?\d+)px\b/g, (whole, digits: string) => {
      const size = Number(digits)
      return Math.abs(size) <= 1 ? whole : `${+(size / DESIGN_ROOT_PX).toFixed(4)}rem`
    })
  },
}

export default defineConfig({
  root: import.meta.dirname,
  css: { postcss: { plugins: [rem] } },
  build: {
    outDir: '../src/app/static',
    emptyOutDir: true,
    // light-dark() must survive minification, so targets are the first browsers that know it.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000', '/atlas': 'http://127.0.0.1:8000' } },
})
