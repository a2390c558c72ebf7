// The Documents panel: lists, adds and removes documents, and selects those to search in.
import * as storage from "../shared/browser_storage.js";
import { button, call, element, iconButton, showMessage } from "../shared/dom.js";
import { documentsButton, setOpen } from "../sidebar/sidebar.js";
import { openPanel } from "./panel.js";
import { openSource, whenAsked } from "./source.js";
import { addAddress, listDropped, tray, upload, whenUploaded } from "./upload.js";

const AT_ONCE = 50;
let held = { documents: [], suffixes: [], largest: 0, writable: false, samples: false };
let chosen = new Set(storage.tab.get("documents") || []);
let shown = AT_ONCE;
const watchers = new Set();

/** Calls back when the documents or the selection have changed. */
export const watch = (watcher) => watchers.add(watcher);
export const all = () => held.documents;
/** What may be added: { suffixes, largest, writable, samples }. */
export const limits = () => held;
/** Ids of the documents to search in; null for all of them. */
export const selectedIds = () => (chosen.size ? [...chosen] : null);

/** Says in words where answers are searched. */
export const describeScope = () => {
  if (!chosen.size) return "Search in: all documents";
  const only = chosen.size === 1 && held.documents.find((one) => chosen.has(one.id));
  return only ? `Search in: “${only.title}”` : `Search in: selected (${chosen.size})`;
};

const select = (ids) => {
  chosen = new Set(ids);
  storage.tab.set("documents", [...chosen]);
  draw();
  watchers.forEach((watcher) => watcher());
};
export const searchAll = () => select([]);
/** Limits the search to one document. */
export const searchOnly = (id) => select([id]);

const list = element("ul", { class: "cs-documents", "aria-label": "Documents" });
const search = element("input", {
  type: "search",
  class: "cs-search",
  placeholder: "Find a document by its name",
  "aria-label": "Search documents",
  oninput: () => {
    shown = AT_ONCE;
    draw();
  },
});
const counted = element("p", { class: "cs-counted", role: "status" });
const scopeLine = element("p", { class: "cs-hint", role: "status" });
const more = button("Show more", () => {
  shown += AT_ONCE;
  draw();
});

const remove = async (document_) => {
  let gone;
  try {
    gone = await call(`documents/${document_.id}`, { method: "DELETE" });
  } catch (error) {
    showMessage(error.message);
    return;
  }
  select([...chosen].filter((id) => id !== document_.id));
  await refresh();
  const back = async () => {
    try {
      await call(`documents/${document_.id}/back`, { method: "POST" });
      showMessage(`Restored “${gone.title}”.`, null, 4);
    } catch (error) {
      showMessage(error.message);
    }
    refresh();
  };
  showMessage(`Removed “${gone.title}”.`, gone.returns ? { label: "Undo", press: back } : null, 15);
};

const CHARACTERS_PER_PAGE = 2000;
const size = (characters) => {
  const pages = Math.max(1, Math.round(characters / CHARACTERS_PER_PAGE));
  return pages === 1 ? "about 1 page" : `about ${pages.toLocaleString("en")} pages`;
};

const rowOf = (document_) => {
  const check = element("input", {
    type: "checkbox",
    "aria-label": `Search in “${document_.title}”`,
    checked: chosen.has(document_.id),
    onchange: () =>
      select(
        check.checked
          ? [...chosen, document_.id]
          : [...chosen].filter((id) => id !== document_.id),
      ),
  });
  const about = [document_.file === document_.title ? "" : document_.file, size(document_.characters)];
  const open = element(
    "button",
    { type: "button", class: "cs-document", onclick: () => openSource(document_.id, 0, 0) },
    element("span", { class: "cs-document-title" }, document_.title),
    element("span", { class: "cs-document-about" }, about.filter(Boolean).join(" · ")),
  );
  const row = element("li", { "data-id": document_.id }, check, open);
  if (held.writable) {
    row.append(iconButton("delete", `Remove “${document_.title}”`, () => remove(document_)));
  }
  return row;
};

const draw = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = held.documents.filter((one) => {
    const text = `${one.title} ${one.file}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const focused = document.activeElement?.closest?.(".cs-documents li")?.dataset.id;
  list.replaceChildren(...found.slice(0, shown).map(rowOf));
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"] input`)?.focus();
  more.hidden = found.length <= shown;
  const many = held.documents.length;
  const all = many === 1 ? "1 document" : `${many.toLocaleString("en")} documents`;
  counted.textContent = words.length ? `${found.length.toLocaleString("en")} of ${all}` : all;
  scopeLine.hidden = !held.documents.length;
  scopeLine.textContent = chosen.size
    ? describeScope()
    : `${describeScope()}. To search only some, select them.`;
  documentsButton.textContent = many ? `Documents (${many.toLocaleString("en")})` : "Documents";
};

export const refresh = async () => {
  try {
    held = await call("documents");
  } catch (error) {
    showMessage(error.message);
    return;
  }
  const there = new Set(held.documents.map((one) => one.id));
  held.documents.sort((one, other) => other.added - one.added);
  select([...chosen].filter((id) => there.has(id)));
};

/** A button that chooses files, and the field behind it. @param {() => Promise} before called before they are sent */
export const picker = (label, attributes, before = async () => {}) => {
  const field = element("input", {
    type: "file",
    multiple: true,
    class: "cs-spoken",
    tabindex: "-1",
    "aria-label": label,
    ...attributes,
    onchange: async () => {
      const files = [...field.files];
      field.value = "";
      await before();
      upload(files, held);
    },
  });
  return [button(label, () => field.click(), { class: "cs-button cs-main-button" }), field];
};

const addressField = () => {
  const field = element("input", {
    type: "url",
    required: true,
    class: "cs-search",
    placeholder: "https://…",
    "aria-label": "Web address",
    autocomplete: "off",
  });
  return element(
    "form",
    {
      class: "cs-address",
      onsubmit: (event) => {
        event.preventDefault();
        addAddress(field.value.trim());
        field.value = "";
      },
    },
    field,
    element("button", { type: "submit", class: "cs-button" }, "Add a web address"),
  );
};

const uploadControls = () => {
  if (!held.writable) return [];
  const names = held.suffixes.join(", ");
  return [
    element(
      "div",
      { class: "cs-drop" },
      element("p", {}, "Drop files or folders anywhere on this page."),
      element(
        "div",
        { class: "cs-drop-buttons" },
        ...picker("Add files", { accept: held.suffixes.join(",") }),
        ...picker("Add a folder", { webkitdirectory: true }),
      ),
      addressField(),
      element(
        "details",
        {},
        element("summary", {}, `Supported formats, up to ${Math.round(held.largest / 1e6)} MB per file`),
        element("p", {}, names),
      ),
    ),
    tray,
  ];
};

export const openDocuments = async () => {
  setOpen(false);
  search.value = "";
  shown = AT_ONCE;
  await refresh();
  openPanel({
    title: "Documents",
    content: [element("div", { class: "cs-page" }, ...uploadControls(), search, counted, scopeLine, list, more)],
  });
};

documentsButton.addEventListener("click", openDocuments);
whenUploaded(refresh);
whenAsked(searchOnly);

// Drag and drop, anywhere on the page.
let entered = 0;
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && held.writable;
const hover = (on) => document.body.classList.toggle("cs-dropping", on);
document.addEventListener("dragenter", (event) => {
  if (hasFiles(event)) hover(Boolean(++entered));
});
document.addEventListener("dragleave", (event) => {
  if (hasFiles(event)) hover(Boolean(--entered));
});
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener(
  "drop",
  async (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    entered = 0;
    hover(false);
    if (!held.writable) return;
    const files = await listDropped(event.dataTransfer);
    await openDocuments();
    upload(files, held);
  },
  true,
);
