// Light or dark, as chosen under Settings, else as the system has it.
import * as storage from "./browser_storage.js";

const system = matchMedia("(prefers-color-scheme: dark)");

/** Gradio follows the system only; call this again when Gradio has done so. */
export const applyTheme = () => {
  const wanted = storage.settings().theme || "system";
  const dark = wanted === "dark" || (wanted === "system" && system.matches);
  document.body.classList.toggle("dark", dark);
};

system.addEventListener("change", applyTheme);
applyTheme();
