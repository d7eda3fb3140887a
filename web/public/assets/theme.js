// Runs before the first paint, so a chosen theme never flashes. The choice itself is made in src/lib/theme.ts.
try {
  const theme = localStorage.getItem('stormbell.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
