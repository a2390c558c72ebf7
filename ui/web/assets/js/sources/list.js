// The list of sources: searched, filtered by kind, selected, opened and removed.
import { openSource } from "../reader/source.js";
import { button, element, iconButton } from "../shared/dom.js";
import { fillView, setOpen } from "../side/side.js";
import { openAdd } from "./add.js";
import * as documents from "./documents.js";
import { tray } from "./upload.js";

const AT_ONCE = 50;
const KINDS = {
  pdf: "PDF",
  table: "Tables",
  slides: "Slides",
  mail: "E-mail",
  web: "Web pages",
  picture: "Pictures",
  text: "Texts",
};
let shown = AT_ONCE;

const startOver = () => {
  shown = AT_ONCE;
  draw();
};
const list = element("ul", { class: "cs-documents", "aria-label": "Documents" });
const search = element("input", {
  type: "search",
  placeholder: "Search by name",
  "aria-label": "Search documents",
  oninput: startOver,
});
const kind = element("select", { "aria-label": "Kind of documents", onchange: startOver });
const counted = element("span", { class: "cs-counted", role: "status" });
const all = element("input", {
  type: "checkbox",
  "aria-label": "Select all",
  onchange: () => documents.select(findListed().map((one) => one.id), all.checked),
});
const add = button("Add", () => openAdd(), {
  class: "cs-button cs-icon cs-icon-new",
  "aria-label": "Add documents",
});
const more = button("Show more", () => {
  shown += AT_ONCE;
  draw();
});
const finding = element("div", { class: "cs-finding" }, search, kind);
const listed = element("label", { class: "cs-select-all" }, all, counted);
const scope = element("p", { class: "cs-hint", role: "status" });

const CHARACTERS_PER_PAGE = 2000;
const describeSize = ({ characters, kind: its }) => {
  if (its === "table" || its === "mail") return "";
  const pages = Math.max(1, Math.round(characters / CHARACTERS_PER_PAGE));
  return pages === 1 ? "about 1 page" : `about ${pages.toLocaleString("en")} pages`;
};
const describeDate = ({ date }) =>
  date && new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });

const rowOf = (document_) => {
  const { id, title } = document_;
  const check = element("input", {
    type: "checkbox",
    "aria-label": `Search in “${title}”`,
    checked: documents.isSelected(id),
    onchange: () => documents.select([id], check.checked),
  });
  const open = () => {
    setOpen(false);
    openSource(id, 0, 0);
  };
  const about = [describeSize(document_), describeDate(document_)].filter(Boolean).join(" · ");
  const row = element(
    "li",
    { "data-id": id },
    check,
    element(
      "button",
      { type: "button", class: "cs-document", title: document_.file, onclick: open },
      element("span", { class: `cs-icon cs-icon-${document_.kind}` }),
      element(
        "span",
        { class: "cs-document-words" },
        element("span", { class: "cs-document-title" }, title),
        element("span", { class: "cs-document-about" }, about),
      ),
    ),
  );
  if (documents.limits().writable) {
    row.append(iconButton("delete", `Remove “${title}”`, () => documents.remove(document_)));
  }
  return row;
};

/** The documents that have the words and are of the kind that a person looks for. */
const findListed = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return documents.all().filter((one) => {
    const text = `${one.title} ${one.file}`.toLowerCase();
    return (!kind.value || one.kind === kind.value) && words.every((word) => text.includes(word));
  });
};

const drawKinds = () => {
  const there = Object.keys(KINDS).filter((name) => documents.all().some((one) => one.kind === name));
  const before = there.includes(kind.value) ? kind.value : "";
  const entries = [["", "All kinds"], ...there.map((name) => [name, KINDS[name]])];
  kind.replaceChildren(
    ...entries.map(([value, label]) => element("option", { value, selected: value === before }, label)),
  );
  kind.hidden = there.length < 2;
};

const draw = () => {
  const many = documents.all().length;
  drawKinds();
  const found = findListed();
  const focused = document.activeElement?.closest?.(".cs-documents li")?.dataset.id;
  list.replaceChildren(...found.slice(0, shown).map(rowOf));
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"] input`)?.focus();
  more.hidden = found.length <= shown;
  const named = many === 1 ? "1 document" : `${many.toLocaleString("en")} documents`;
  counted.textContent = found.length < many ? `${found.length.toLocaleString("en")} of ${named}` : named;
  const ticked = found.filter((one) => documents.isSelected(one.id)).length;
  all.checked = ticked > 0 && ticked === found.length;
  all.indeterminate = ticked > 0 && ticked < found.length;
  finding.hidden = many < 2;
  listed.hidden = !many;
  scope.hidden = !many;
  scope.textContent = documents.describeScope();
  add.hidden = !documents.limits().writable;
};

documents.watch(draw);
fillView("sources", add, tray, finding, listed, list, more, scope);
