// The column at the left: the sources or the conversations. It shrinks to a rail while a source is
// read, or when it is collapsed; on narrow screens it covers the chat.
import * as chat from "../chat/conversation.js";
import { keepPlace } from "../chat/scrolling.js";
import { closePanel } from "../reader/panel.js";
import { enter, leave } from "../shared/back.js";
import * as storage from "../shared/browser_storage.js";
import { button, element, iconButton, isNarrow } from "../shared/dom.js";

const acts = {};
/** Says what a button of the column does: "settings" or "about". */
export const whenPressed = (name, act) => {
  acts[name] = act;
};

const VIEWS = { sources: "Sources", conversations: "Conversations" };
const views = Object.fromEntries(
  Object.entries(VIEWS).map(([name, label]) => [
    name,
    element("section", { class: "cs-view", "aria-label": label, hidden: name !== "sources" }),
  ]),
);
/** Puts content into one of the two views. */
export const fillView = (name, ...content) => views[name].replaceChildren(...content);

const isOpen = () => document.body.classList.contains("cs-side-open");
const isRail = () => document.body.matches(".cs-reading, .cs-collapsed");
const isShown = (name) => !views[name].hidden;
const switches = [];

const draw = () => {
  for (const { made, name, isOn } of switches) made.setAttribute("aria-pressed", String(isOn(name)));
};
const viewSwitch = (name, label, isOn, press, attributes = {}) => {
  const made = button(label, press, { class: "cs-switch", ...attributes });
  switches.push({ made, name, isOn });
  return made;
};

/** Opens the column over the chat, or closes it there. */
export const setOpen = (open) => {
  if (open === isOpen()) return;
  document.body.classList.toggle("cs-side-open", open);
  const app = document.querySelector("gradio-app");
  if (app) app.inert = open && isNarrow();
  if (open) enter(closeSide);
  else leave(closeSide);
  draw();
  if (open) [...side.querySelectorAll("button, input")].find((part) => part.getClientRects().length)?.focus();
};
const closeSide = () => setOpen(false);

/** Shows a view, over the chat where there is no room beside it. */
export const showView = (name) => {
  for (const [each, view] of Object.entries(views)) view.hidden = each !== name;
  if (isNarrow() || document.body.classList.contains("cs-reading")) setOpen(true);
  else collapse(false);
  draw();
};

const collapse = (yes) => {
  keepPlace(() => document.body.classList.toggle("cs-collapsed", yes));
  storage.saveCollapsed(yes);
};

export const startConversation = () => {
  setOpen(false);
  closePanel();
  chat.newConversation();
};

const toggleWidth = () => {
  if (isOpen()) setOpen(false);
  else if (document.body.classList.contains("cs-reading")) setOpen(true);
  else collapse(!isRail());
};

const ends = [
  ["settings", "Settings"],
  ["about", "About this library"],
];
const full = element(
  "div",
  { class: "cs-side-full" },
  element(
    "div",
    { class: "cs-side-top" },
    element("h1", { class: "cs-name" }, "citespan"),
    iconButton("rail", "Collapse this column", toggleWidth),
  ),
  button("New conversation", startConversation, { id: "cs-new", class: "cs-side-button cs-icon cs-icon-new" }),
  element(
    "div",
    { class: "cs-switches", role: "group", "aria-label": "What this column shows" },
    ...Object.entries(VIEWS).map(([name, label]) => viewSwitch(name, label, isShown, () => showView(name))),
  ),
  ...Object.values(views),
  element(
    "div",
    { class: "cs-side-end" },
    ...ends.map(([name, label]) =>
      button(label, () => acts[name](), { class: `cs-side-button cs-icon cs-icon-${name}` }),
    ),
  ),
);
const rail = element(
  "div",
  { class: "cs-rail" },
  iconButton("rail", "Expand this column", toggleWidth),
  iconButton("new", "New conversation", startConversation),
  iconButton("documents", VIEWS.sources, () => showView("sources")),
  iconButton("conversations", VIEWS.conversations, () => showView("conversations")),
  element("div", { class: "cs-rail-space" }),
  ...ends.map(([name, label]) => iconButton(name, label, () => acts[name]())),
);
const side = element("nav", { id: "cs-side", "aria-label": "Sources and conversations" }, rail, full);

const isOver = (name) => isOpen() && isShown(name);
const openOver = (name) => () => (isOver(name) ? setOpen(false) : showView(name));
const bar = element(
  "header",
  { id: "cs-bar" },
  viewSwitch("conversations", element("span", { class: "cs-spoken" }, VIEWS.conversations), isOver,
    openOver("conversations"), { class: "cs-icon-button cs-icon cs-icon-menu", title: VIEWS.conversations }),
  element(
    "div",
    { class: "cs-switches", role: "group", "aria-label": "What is shown" },
    viewSwitch("", "Chat", () => !isOpen(), closeSide),
    viewSwitch("sources", "Sources", isOver, () => showView("sources")),
  ),
  iconButton("new", "New conversation", startConversation),
);
const shade = element("div", { id: "cs-shade", onclick: () => (isNarrow() && !isOpen() ? closePanel() : setOpen(false)) });

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isOpen() || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault(); // what is below it stays open
  setOpen(false);
});
document.body.classList.toggle("cs-collapsed", storage.isCollapsed());
document.body.prepend(bar, side, shade);
draw();
