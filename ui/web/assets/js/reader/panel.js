// The panel beside the chat, on narrow screens a sheet over it: one source at a time, with a title,
// an optional subtitle and a body.
import { keepPlace } from "../chat/scrolling.js";
import { enter, leave } from "../shared/back.js";
import * as storage from "../shared/browser_storage.js";
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

const NARROWEST = 320;
const LEFT_FOR_CHAT = 380;
const useWidth = (pixels) => {
  const width = `min(${pixels}px, 100vw - ${LEFT_FOR_CHAT}px)`; // the window may be smaller later
  document.documentElement.style.setProperty("--cs-panel", width);
  handle.setAttribute("aria-valuenow", String(pixels));
};
const setWidth = (pixels) => {
  const width = Math.round(Math.max(NARROWEST, Math.min(pixels, innerWidth - LEFT_FOR_CHAT)));
  useWidth(width);
  storage.saveWidth(width);
};
const handle = element("div", {
  class: "cs-handle",
  role: "separator",
  tabindex: "0",
  "aria-orientation": "vertical",
  "aria-label": "Width of the panel",
  "aria-valuemin": String(NARROWEST),
  "aria-valuenow": String(NARROWEST),
  onpointerdown: (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
  },
  onpointermove: (event) => handle.hasPointerCapture(event.pointerId) && setWidth(innerWidth - event.clientX),
  onkeydown: (event) => {
    const step = { ArrowLeft: 32, ArrowRight: -32 }[event.key];
    if (step) setWidth(panel.offsetWidth + step);
  },
});
panel.prepend(handle);
if (storage.width()) useWidth(storage.width());

const behind = () => [document.querySelector("gradio-app"), document.querySelector("#cs-side"), document.querySelector("#cs-bar")];

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
  keepPlace(() => {
    panel.hidden = false;
    document.body.classList.add("cs-reading");
  });
  // If the panel covers the page, what is behind it cannot be reached.
  for (const part of behind()) if (part) part.inert = isNarrow();
  enter(closePanel, link);
  return body;
};

export const closePanel = () => {
  if (panel.hidden) return;
  keepPlace(() => {
    panel.hidden = true;
    document.body.classList.remove("cs-reading");
  });
  leave(closePanel);
  for (const part of behind()) if (part) part.inert = false;
  const callback = onClose;
  onClose = () => {};
  callback();
  body.replaceChildren();
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  opener = null;
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (!document.querySelector("dialog[open], .cs-side-open")) closePanel();
});
document.body.append(panel);
