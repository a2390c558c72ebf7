// Brings the parts together once Gradio has made its components.
import "./view.js";
import "./actions.js";
import "./tooltip.js";
import * as chat from "./chat.js";
import { tell } from "./dom.js";
import * as library from "./library.js";
import * as notes from "./notes.js";
import * as settings from "./settings.js";

const sendOptions = () => {
  const { theme: _, ...chosen } = settings.options();
  chat.setOptions({ ...chosen, documents: library.scope() });
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.querySelector("#cs-question textarea")?.focus();
});

const loaded = library.refresh();
await chat.begin();
settings.themed();
await notes.begin();
await loaded;
sendOptions();
library.watch(sendOptions);
settings.watch(sendOptions);
window.addEventListener("unhandledrejection", () => tell("Something went wrong in the page; reload it."));
