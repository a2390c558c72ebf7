// Shows the pages of a PDF, one below the other: drawn when they come near, with the quote highlighted
// and words that can be selected.
import { button, call, element, iconButton } from "../shared/dom.js";
import { reveal } from "./text.js";

const AT_ONCE = 2;
const KEPT = 16;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

const measure = document.createElement("canvas").getContext("2d");
measure.font = "100px sans-serif";

const percent = (part) => `${part * 100}%`;

/** The words of a page over its picture, unseen, so that they can be selected and found. */
const layerOf = ({ lines, width, height }) => {
  const layer = element("div", { class: "cs-layer" });
  for (const [left, top, right, bottom, text] of lines) {
    const line = element("span", {}, text);
    const natural = (measure.measureText(text).width / 100) * (bottom - top) * height;
    Object.assign(line.style, {
      left: percent(left),
      top: percent(top),
      fontSize: `${(bottom - top) * 100}cqh`,
      transform: `scaleX(${((right - left) * width) / (natural || 1)})`,
    });
    layer.append(line, element("br"));
  }
  return layer;
};

const boxOf = ([left, top, right, bottom]) => {
  const box = element("mark", { class: "cs-box", tabindex: "-1" });
  Object.assign(box.style, {
    left: percent(left),
    top: percent(top),
    width: percent(right - left),
    height: percent(bottom - top),
  });
  return box;
};

const emptyFrame = (number) =>
  element(
    "div",
    { class: "cs-sheet", "data-page": number },
    element("span", { class: "cs-sheet-number" }, `Page ${number}`),
  );

const fill = (frame, picture) => {
  const image = element("img", { src: picture.image, alt: `Picture of page ${frame.dataset.page}` });
  frame.style.aspectRatio = `${picture.width} / ${picture.height}`;
  frame.replaceChildren(image, layerOf(picture), ...picture.boxes.map(boxOf));
};

/**
 * @param {string} place the document and the span, as in the address of a source
 * @param {{page: number, pages: number, marked: boolean}} view
 * @param {(message: string) => void} failed called if the page of the span cannot be drawn
 */
export const showPages = async (holder, place, view, failed) => {
  const frames = Array.from({ length: view.pages }, (_, at) => emptyFrame(at + 1));
  const sheets = element(
    "div",
    { class: "cs-sheets", tabindex: "0", role: "document", "aria-labelledby": "cs-panel-title" },
    ...frames,
  );
  const near = new Set();
  const drawn = new Set();
  let running = 0;
  let current = view.page;

  const draw = async (frame) => {
    drawn.add(frame);
    const picture = await call(`source/${place}/page/${frame.dataset.page}`);
    fill(frame, picture);
    return picture;
  };
  const distance = (frame) => Math.abs(frame.dataset.page - current);
  const byDistance = (some) => [...some].sort((one, other) => distance(one) - distance(other));
  /** Empties the pages that are far away, so that a long document does not fill the memory. */
  const forgetFar = () => {
    for (const frame of byDistance(drawn).slice(KEPT)) {
      if (near.has(frame)) continue;
      drawn.delete(frame);
      frame.replaceChildren(...emptyFrame(frame.dataset.page).childNodes);
    }
  };
  const drawNear = async () => {
    const [next] = byDistance(near).filter((frame) => !drawn.has(frame));
    if (!next || running >= AT_ONCE || !sheets.isConnected) return;
    running += 1;
    try {
      await draw(next);
    } catch (error) {
      next.firstChild.textContent = error.message;
    }
    running -= 1;
    forgetFar();
    drawNear();
  };

  const go = (number) => {
    const frame = frames[Math.min(Math.max(1, number), view.pages) - 1];
    if (!frame) return;
    sheets.scrollTop = frame.offsetTop - 16;
  };
  const field = element("input", {
    type: "number",
    min: "1",
    max: String(view.pages),
    "aria-label": "Page",
    onchange: () => go(field.valueAsNumber || current),
  });
  const tell = () => {
    const line = sheets.scrollTop + sheets.clientHeight / 2;
    current = Number((frames.findLast((frame) => frame.offsetTop <= line) || frames[0]).dataset.page);
    if (document.activeElement !== field) field.value = current;
  };

  let zoom = 1;
  const level = element("span", { class: "cs-zoom", role: "status" });
  const zoomTo = (wanted) => {
    const middle = (sheets.scrollTop + sheets.clientHeight / 2) / sheets.scrollHeight;
    zoom = wanted;
    sheets.style.setProperty("--cs-zoom", zoom);
    sheets.scrollTop = middle * sheets.scrollHeight - sheets.clientHeight / 2;
    level.textContent = percent(zoom).replace("%", " %");
    smaller.disabled = zoom === ZOOMS[0];
    larger.disabled = zoom === ZOOMS.at(-1);
  };
  const smaller = iconButton("out", "Zoom out", () => zoomTo(ZOOMS[ZOOMS.indexOf(zoom) - 1]));
  const larger = iconButton("in", "Zoom in", () => zoomTo(ZOOMS[ZOOMS.indexOf(zoom) + 1]));

  const findQuote = async () => {
    const frame = frames[view.page - 1];
    if (!drawn.has(frame)) await draw(frame);
    go(view.page);
    reveal(sheets, frame.querySelector("mark"));
  };
  holder.replaceChildren(
    element(
      "div",
      { class: "cs-pager" },
      element("label", {}, "Page ", field, ` of ${view.pages.toLocaleString("en")}`),
      smaller,
      level,
      larger,
      button("Back to the quote", findQuote, { hidden: !view.marked }),
    ),
    sheets,
  );
  zoomTo(1);
  go(view.page);
  try {
    const { width, height } = await draw(frames[view.page - 1]);
    sheets.style.setProperty("--cs-shape", `${width} / ${height}`);
  } catch (error) {
    failed(error.message);
    return;
  }
  findQuote();
  sheets.addEventListener("scroll", () => requestAnimationFrame(tell));
  tell();
  const watcher = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) near[isIntersecting ? "add" : "delete"](target);
      for (let worker = 0; worker < AT_ONCE; worker += 1) drawNear();
    },
    { root: sheets, rootMargin: "75% 0px" },
  );
  for (const frame of frames) watcher.observe(frame);
};
