// The panel beside the chat: one content at a time, with a title, an optional subtitle and a body.
import { enter, leave } from "../shared/back.js";
import { element, iconButton, isNarrow } from "../shared/dom.js";

const title = element("h2", { id: "cs-panel-title" });
const subtitle = element("p", { class: "cs-file" });
const tools = element("div", { class: "cs-panel-tools" });
const body = element("div", { class: "cs-panel-body" });
let opener = null;
let onClose = () => {};

export const panel = element(
  "aside",
  { id: "cs-panel", "aria-labelledby": "cs-panel-title", hidden: true },
  element(
    "header",
    {},
    element("div", {}, title, subtitle),
    tools,
    iconButton("close", "Close", () => closePanel()),
  ),
  body,
);

const behind = () => [document.querySelector("gradio-app"), document.querySelector("#cs-side")];

/**
 * @param {{title: string, subtitle?: string, tools?: Node[], content: Node[]}} what
 * @param {() => void} whenClosed called once when this content is closed or replaced
 * @param {string} link the end of an address that opens this content
 */
export const openPanel = (what, whenClosed = () => {}, link = "") => {
  if (panel.hidden || !panel.contains(document.activeElement)) opener = document.activeElement;
  onClose();
  onClose = whenClosed;
  title.textContent = what.title;
  subtitle.textContent = what.subtitle || "";
  subtitle.hidden = !what.subtitle;
  tools.replaceChildren(...(what.tools || []));
  body.replaceChildren(...what.content);
  body.scrollTop = 0;
  panel.hidden = false;
  // If the panel covers the page, what is behind it cannot be reached.
  for (const part of behind()) if (part) part.inert = isNarrow();
  document.body.classList.add("cs-reading");
  enter(closePanel, link);
  return body;
};

export const closePanel = () => {
  if (panel.hidden) return;
  panel.hidden = true;
  leave();
  for (const part of behind()) if (part) part.inert = false;
  document.body.classList.remove("cs-reading");
  const callback = onClose;
  onClose = () => {};
  callback();
  body.replaceChildren();
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  opener = null;
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) closePanel();
});
document.body.append(panel);
