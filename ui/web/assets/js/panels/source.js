// The source panel: shows the passage of a citation in the text of its document, for a PDF on a
// picture of its page. The server has escaped the text (ui/web/views/source_text.py).
import { button, call, element, iconButton, isNarrow } from "../shared/dom.js";
import { followLinks } from "../shared/back.js";
import { closePanel, openPanel, panel } from "./panel.js";

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

const textOf = (view) => {
  const text = element("div", {
    class: "cs-source-text",
    tabindex: "0",
    role: "document",
    "aria-labelledby": "cs-panel-title",
  });
  text.innerHTML = view.html;
  return text;
};

/** The original characters of a rendered text, the marked ones still marked. */
const originalOf = (text) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const parts = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const marked = parentElement.closest("mark");
    parts.push(marked ? element("mark", { tabindex: "-1" }, data) : data);
  }
  return parts;
};

/** Scrolls the highlighted words into view, within the panel only. */
const reveal = (box, span) => {
  if (!span) return;
  const top = span.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += top - Math.max(24, (box.clientHeight - span.offsetHeight) / 3);
  span.focus({ preventScroll: true });
};

const showText = (holder, view) => {
  const text = textOf(view);
  if (view.rendered) text.replaceChildren(...originalOf(text));
  holder.replaceChildren(text);
  reveal(text, text.querySelector("mark"));
};

/** @param {() => void} unseen called if all marked characters are markup, which is hidden */
const showRendered = (holder, view, unseen) => {
  const text = textOf(view);
  text.classList.add("cs-rendered");
  holder.replaceChildren(text);
  const seen = [...text.querySelectorAll("mark")].find((mark) => mark.getClientRects().length);
  if (view.marked && !seen) unseen();
  else reveal(text, seen);
};

const pageOf = (picture, number) => {
  const frame = element(
    "div",
    { class: "cs-sheet" },
    element("img", {
      src: picture.image,
      width: picture.width,
      height: picture.height,
      alt: `Picture of page ${number}; its text is under “Text”`,
    }),
  );
  for (const [left, top, right, bottom] of picture.boxes) {
    const box = element("mark", { class: "cs-box", tabindex: "-1" });
    const percent = (part) => `${part * 100}%`;
    Object.assign(box.style, {
      left: percent(left),
      top: percent(top),
      width: percent(right - left),
      height: percent(bottom - top),
    });
    frame.append(box);
  }
  return frame;
};

const showPages = async (holder, place, view, failed) => {
  let number = view.page;
  let turn = 0;
  const sheet = element("div", { class: "cs-sheets", tabindex: "0", role: "document" });
  sheet.setAttribute("aria-labelledby", "cs-panel-title");
  const pageNumber = element("span", { class: "cs-page-number", role: "status" });
  const earlier = iconButton("previous", "Previous page", () => go(number - 1));
  const later = iconButton("next", "Next page", () => go(number + 1));
  const back = button("Back to the quote", () => go(view.page));
  const go = async (wanted) => {
    const mine = ++turn;
    let picture;
    try {
      picture = await call(`source/${place}/page/${wanted}`);
    } catch (error) {
      if (mine === turn) failed(error.message);
      return;
    }
    if (mine !== turn) return;
    number = wanted;
    pageNumber.textContent = `Page ${number} of ${view.pages}`;
    earlier.disabled = number <= 1;
    later.disabled = number >= view.pages;
    back.hidden = !view.marked || picture.boxes.length > 0;
    const frame = pageOf(picture, number);
    sheet.replaceChildren(frame);
    sheet.scrollTop = 0;
    reveal(sheet, frame.querySelector("mark"));
  };
  holder.replaceChildren(
    element("div", { class: "cs-pager" }, earlier, pageNumber, later, back),
    sheet,
  );
  await go(number);
};

/** A link to where the document is on the web. */
const webLink = (address) => {
  if (!/^https?:\/\//.test(address || "")) return [];
  const attributes = { href: address, target: "_blank", rel: "noopener noreferrer", title: address };
  return [element("a", { class: "cs-button", ...attributes }, "Open web page")];
};

const show = (place, view) => {
  const notice = element("p", { class: "cs-notice", role: "status" });
  notice.textContent = view.notice;
  const holder = element("div", { class: "cs-source" });
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
  const tools = [...(view.html ? [ask] : []), toggle, ...webLink(view.address)];
  openPanel({ title: view.title, subtitle, tools, content: [notice, holder] }, unmark, `#source/${place}`);
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
  show(place, view);
  if (!link) return;
  link.classList.add("cs-current");
  if (!view.html) panel.querySelector("button").focus();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cs-open");
  const found = link && LINK.exec(link.getAttribute("href"));
  if (!found) return;
  event.preventDefault();
  openSource(found[1], found[2], found[3], link);
});

/** Opens the source that an address ends with; returns whether there is one. */
const openLink = (hash) => {
  const found = LINK.exec(hash);
  if (found) openSource(found[1], found[2], found[3]);
  return Boolean(found);
};

export const start = () => followLinks(openLink);
