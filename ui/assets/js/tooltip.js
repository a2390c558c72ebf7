// A mark's quote for those who reach it by keyboard; a mouse gets it from the browser's own tooltip.
import { element } from "./dom.js";

const tip = element("div", { id: "cs-tip", role: "tooltip", hidden: true });
document.body.append(tip);

document.addEventListener("focusin", (event) => {
  const mark = event.target.closest?.("a.cs-mark");
  tip.hidden = !mark?.matches(":focus-visible");
  if (tip.hidden) return;
  tip.textContent = mark.title;
  const place = mark.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8))}px`;
  const above = place.top - tip.offsetHeight - 6;
  tip.style.top = `${above > 8 ? above : place.bottom + 6}px`;
});
for (const left of ["focusout", "scroll", "click"]) {
  document.addEventListener(left, () => (tip.hidden = true), { capture: true, passive: true });
}
