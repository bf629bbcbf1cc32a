// Sets the theme that the person chose (src/shell/theme.ts keeps it) before the first paint.
try {
  const theme = localStorage.getItem('narwhal.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage (private mode): the system's theme it is.
}
