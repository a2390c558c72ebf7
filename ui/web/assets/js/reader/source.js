// Shows the passage of a citation in the text of its document, for a PDF on a
// picture of its page. The server has escaped the text (ui/web/views/source_text.py).
import { button, call, element, iconButton, isNarrow } from "../shared/dom.js";
import { followLinks } from "../shared/back.js";
import { closePanel, openPanel, panel } from "./panel.js";
import { showPages } from "./pages.js";
import { showRendered, showText, textOf } from "./text.js";

let askAbout = () => {};
/** Calls back with the id of a document about which the person wants to ask. */
export const whenAsked = (ask) => {
  askAbout = ask;
};

const LINK = /^#source\/([^/]+)\/(\d+)\/(\d+)$/;
let request = 0;

const unmark = () => {
  for (const link of document.querySelectorAll(".cs-current")) link.classList.remove("cs-current");
};

/** The citations of the answer that a link belongs to, each once. */
const citationsAround = (link) => {
  const marks = [...(link?.closest(".cs-answer")?.querySelectorAll("a.cs-mark") || [])];
  const known = new Map(marks.reverse().map((mark) => [mark.getAttribute("href"), mark]));
  return [...known.values()].reverse();
};

/** Buttons that lead to the answer's citations before and after the one that is shown. */
const citationSteps = (link) => {
  const all = citationsAround(link);
  const place = all.findIndex((mark) => mark.getAttribute("href") === link?.getAttribute("href"));
  if (place < 0 || all.length < 2) return [];
  const step = (icon, label, to) =>
    iconButton(icon, label, async () => {
      await openLink(all[to].getAttribute("href"), all[to]);
      panel.querySelector(`.cs-steps-between .cs-icon-${icon}`)?.focus();
    }, { disabled: !all[to] });
  const where = element("span", { role: "status" }, `Citation ${place + 1} of ${all.length}`);
  const steps = [step("previous", "Previous citation", place - 1), where, step("next", "Next citation", place + 1)];
  return [element("div", { class: "cs-steps-between" }, ...steps)];
};

/** A link to where the document is on the web. */
const webLink = (address) => {
  if (!/^https?:\/\//.test(address || "")) return [];
  const attributes = { href: address, target: "_blank", rel: "noopener noreferrer", title: address };
  return [element("a", { class: "cs-button", ...attributes }, "Open web page")];
};

const show = (place, view, link) => {
  const notice = element("p", { class: "cs-notice", role: "status" });
  notice.textContent = view.notice;
  const holder = element("div", { class: "cs-source" });
  const quoted = [...textOf(view).querySelectorAll("mark")].map((mark) => mark.textContent).join("");
  const quote = element("blockquote", { class: "cs-quote", tabindex: "0", "aria-label": "Quote" }, quoted.trim());
  const words = ["Text", () => showText(holder, view)];
  let forms = [words];
  if (view.page) forms = [["Page", () => showPages(holder, place, view, failed)], words];
  else if (view.rendered) {
    forms = [["Formatted", () => showRendered(holder, view, () => draw(1))],
      ["Original text", words[1]]];
  }
  let shown = 0;
  const draw = (number) => {
    shown = number;
    if (forms.length > 1) toggle.textContent = forms[1 - number][0];
    // the notice is about the text: what is left out, or why it is shown instead of the page
    notice.hidden = !notice.textContent || forms[number][0] === "Page";
    forms[number][1]();
  };
  const toggle = button("", () => draw(1 - shown), { hidden: forms.length === 1 });
  const failed = (message) => {
    notice.textContent = message;
    toggle.hidden = true;
    draw(1);
  };
  const subtitle = view.source === view.title ? "" : view.source;
  const ask = button("Ask about this document", () => {
    askAbout(place.split("/")[0]);
    if (isNarrow()) closePanel();
    document.querySelector("#cs-question textarea")?.focus();
  });
  const tools = [...citationSteps(link), ...(view.html ? [ask] : []), toggle, ...webLink(view.address)];
  openPanel({ title: view.title, subtitle, tools, content: [quote, notice, holder] }, unmark, `#source/${place}`);
  draw(0);
};

export const openSource = async (document_, start, end, link = null) => {
  const mine = ++request;
  const place = `${document_}/${start}/${end}`;
  let view;
  try {
    view = await call(`source/${place}`);
  } catch (error) {
    view = { title: "Source", source: "", html: "", notice: error.message, page: null };
  }
  if (mine !== request) return;
  view.marked = start !== end;
  if (link) link.focus({ preventScroll: true });
  show(place, view, link);
  if (!link) return;
  link.classList.add("cs-current");
  if (!view.html) panel.querySelector("button").focus();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cs-open");
  const found = link && LINK.exec(link.getAttribute("href"));
  if (!found) return;
  event.preventDefault();
  openLink(found[0], link);
});

/** Opens the source that an address ends with. @param {Element?} link what was pressed */
const openLink = (hash, link = null) => {
  const [, document_, start, end] = LINK.exec(hash);
  return openSource(document_, start, end, link);
};

export const start = () =>
  followLinks((hash) => {
    const isLink = LINK.test(hash);
    if (isLink) openLink(hash);
    return isLink;
  });
