// Adds documents: a dialog with files, folders and web addresses, and drops anywhere on the page.
import { openDialog } from "../dialogs/dialog.js";
import { button, element, showMessage } from "../shared/dom.js";
import { showView } from "../side/side.js";
import * as documents from "./documents.js";
import { addAddress, listDropped, upload } from "./upload.js";

/** A button that chooses files, and the field behind it. @param {() => void} before called before they are sent */
export const picker = (label, attributes, before) => {
  const field = element("input", {
    type: "file",
    multiple: true,
    class: "cs-spoken",
    tabindex: "-1",
    "aria-label": label,
    ...attributes,
    onchange: () => {
      const files = [...field.files];
      field.value = "";
      before();
      upload(files, documents.limits());
    },
  });
  return [button(label, () => field.click(), { class: "cs-button cs-main-button" }), field];
};

/** Shows what is being added. */
export const showAdding = () => showView("sources");

const addressForm = (done) => {
  const field = element("input", {
    type: "url",
    required: true,
    placeholder: "https://…",
    "aria-label": "Web address",
    autocomplete: "off",
  });
  const onsubmit = (event) => {
    event.preventDefault();
    done();
    addAddress(field.value.trim());
  };
  const add = element("button", { type: "submit", class: "cs-button" }, "Add a web address");
  return element("form", { class: "cs-address", onsubmit }, field, add);
};

/** Opens the dialog in which documents are added. */
export const openAdd = () => {
  const { writable, suffixes, largest } = documents.limits();
  if (!writable) {
    showMessage("The person who runs this page adds the documents.");
    return;
  }
  const done = () => {
    close();
    showAdding();
  };
  const close = openDialog(
    "Add documents",
    element(
      "div",
      { class: "cs-drop" },
      element("p", {}, "Drop files or folders here, or anywhere on this page."),
      element(
        "div",
        { class: "cs-drop-buttons" },
        ...picker("Add files", { accept: suffixes.join(",") }, done),
        ...picker("Add a folder", { webkitdirectory: true }, done),
      ),
    ),
    addressForm(done),
    element(
      "details",
      {},
      element("summary", {}, `Supported formats, up to ${Math.round(largest / 1e6)} MB per file`),
      element("p", {}, suffixes.join(", ")),
    ),
  );
};

let entered = 0;
const isTaken = (event) => event.dataTransfer?.types.includes("Files") && documents.limits().writable;
const hover = (on) => document.body.classList.toggle("cs-dropping", on);
document.addEventListener("dragenter", (event) => {
  if (isTaken(event)) hover(Boolean(++entered));
});
document.addEventListener("dragleave", (event) => {
  if (isTaken(event)) hover(Boolean(--entered));
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
    if (!documents.limits().writable) return;
    const files = await listDropped(event.dataTransfer);
    document.querySelector("dialog[open]")?.close();
    showAdding();
    upload(files, documents.limits());
  },
  true,
);
