// The tooltip of a citation, with its quote: on hover, on keyboard focus, and on a long touch (a tap
// opens the source).
import { element } from "../shared/dom.js";

const REST = 250;
const LEAVE = 150;
const HOLD = 400;
const tip = element("div", { id: "cs-tip", role: "tooltip", hidden: true });
document.body.append(tip);
let shown = null;
let held = false;
let timer = 0;

const soon = (act, after) => {
  clearTimeout(timer);
  timer = setTimeout(act, after);
};

const hide = () => {
  clearTimeout(timer);
  tip.hidden = true;
  if (!shown) return;
  shown.title = tip.textContent;
  shown.removeAttribute("aria-describedby");
  shown = null;
};

const show = (mark) => {
  if (mark === shown || !mark.isConnected) return;
  hide();
  shown = mark;
  tip.textContent = mark.title;
  mark.removeAttribute("title"); // the browser's own tooltip would come on top
  mark.setAttribute("aria-describedby", tip.id);
  tip.hidden = false;
  const place = mark.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8))}px`;
  const above = place.top - tip.offsetHeight - 6;
  tip.style.top = `${above > 8 ? above : place.bottom + 6}px`;
};

const markAt = (event) => event.target.closest?.("a.cs-mark");
const on = (name, act) => document.addEventListener(name, act, { capture: true });

on("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const mark = markAt(event);
  if (mark) soon(() => show(mark), shown ? 0 : REST);
  else if (tip.contains(event.target)) clearTimeout(timer);
  else soon(hide, LEAVE);
});
on("pointerdown", (event) => {
  hide();
  const mark = markAt(event);
  held = false;
  if (!mark || event.pointerType !== "touch") return;
  soon(() => {
    held = true;
    show(mark);
  }, HOLD);
});
for (const ended of ["pointerup", "pointercancel"]) on(ended, () => clearTimeout(timer));
on("contextmenu", (event) => held && markAt(event) && event.preventDefault());
on("click", (event) => {
  if (held && markAt(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else hide();
});
on("focusin", (event) => {
  const mark = markAt(event);
  if (mark?.matches(":focus-visible")) show(mark);
});
on("focusout", (event) => markAt(event) === shown && hide());
on("scroll", hide);
on("keydown", (event) => event.key === "Escape" && hide());
