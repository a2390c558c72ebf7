// Starts the parts of the page when Gradio has made its components.
import "./chat/scrolling.js";
import "./chat/answer_buttons.js";
import "./chat/copying.js";
import "./chat/citation_tooltip.js";
import "./dialogs/about.js";
import "./side/conversations.js";
import "./sources/list.js";
import * as aboveQuestion from "./chat/above_question.js";
import * as conversation from "./chat/conversation.js";
import * as suggestions from "./chat/suggestions.js";
import * as documents from "./sources/documents.js";
import * as source from "./reader/source.js";
import * as settings from "./dialogs/settings.js";
import { showMessage } from "./shared/dom.js";
import { applyTheme } from "./shared/theme.js";

const sendSettings = () => {
  const { theme: _, ...chosen } = settings.current();
  const sent = { ...chosen, documents: documents.selectedIds() };
  conversation.sendSettings(sent);
  suggestions.setSettings(sent);
  document.body.classList.toggle("cs-full", chosen.answer_length === "full");
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.querySelector("#cs-question textarea")?.focus();
});

const loaded = documents.refresh();
await conversation.start();
source.start();
applyTheme();
await aboveQuestion.start();
await loaded;
sendSettings();
await suggestions.start();
documents.watch(sendSettings);
settings.watch(sendSettings);
window.addEventListener("unhandledrejection", () =>
  showMessage("Something went wrong. Reload the page."),
);
