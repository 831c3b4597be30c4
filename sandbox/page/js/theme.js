/** Light or dark: what the system says, until the reader says otherwise. */

/** theme_first.js reads the same key. */
const KEY = "frontdesk-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** Apply the theme now and whenever the system changes; `changed(theme)` is told. */
export function followTheme(changed) {
  const apply = () => {
    const theme = localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    changed(theme);
  };
  system.addEventListener("change", apply);
  apply();
  return {
    toggle() {
      const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      if (next === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
      apply();
    },
  };
}
