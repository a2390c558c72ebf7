// Shows the text of a document around a quote, rendered or as it was written. The server has escaped it
// (ui/web/views/source_text.py).
import { element } from "../shared/dom.js";

/** The text of a document, its quoted characters marked. */
export const textOf = (view) => {
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
export const reveal = (box, span) => {
  if (!span) return;
  const top = span.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += top - Math.max(24, (box.clientHeight - span.offsetHeight) / 3);
  span.focus({ preventScroll: true });
};

export const showText = (holder, view) => {
  const text = textOf(view);
  if (view.rendered) text.replaceChildren(...originalOf(text));
  holder.replaceChildren(text);
  reveal(text, text.querySelector("mark"));
};

/** Shows a text with its markup hidden. @param {() => void} unseen called if all marked characters are markup, which is hidden */
export const showRendered = (holder, view, unseen) => {
  const text = textOf(view);
  text.classList.add("cs-rendered");
  holder.replaceChildren(text);
  const seen = [...text.querySelectorAll("mark")].find((mark) => mark.getClientRects().length);
  if (view.marked && !seen) unseen();
  else reveal(text, seen);
};
