// The sidebar: the conversations of this browser, and the buttons for documents, settings and about.
import * as chat from "../chat/conversation.js";
import { markdownOf } from "../chat/markdown_export.js";
import { closePanel } from "../panels/panel.js";
import { enter, leave } from "../shared/back.js";
import * as storage from "../shared/browser_storage.js";
import { button, element, iconButton, isNarrow, showMessage } from "../shared/dom.js";

const list = element("ul", { class: "cs-conversations", "aria-label": "Conversations" });
export const documentsButton = button("Documents", () => {}, {
  class: "cs-side-button cs-icon cs-icon-documents",
});
export const settingsButton = button("Settings", () => {}, {
  class: "cs-side-button cs-icon cs-icon-settings",
});
export const aboutButton = button("About this library", () => {}, {
  class: "cs-side-button cs-icon cs-icon-about",
});

const side = element(
  "nav",
  { id: "cs-side", "aria-label": "Conversations and library" },
  element("div", { class: "cs-side-top" }, element("h1", { class: "cs-name" }, "citespan")),
  button("New conversation", () => startConversation(), {
    id: "cs-new",
    class: "cs-side-button cs-icon cs-icon-new",
  }),
  list,
  element("div", { class: "cs-side-end" }, documentsButton, settingsButton, aboutButton),
);
const menu = iconButton("menu", "Menu", () => setOpen(!isOpen()), { "aria-expanded": "false" });
const bar = element(
  "header",
  { id: "cs-bar" },
  menu,
  element("h1", { class: "cs-name" }, "citespan"),
  iconButton("new", "New conversation", () => startConversation()),
);
const shade = element("div", { id: "cs-shade", onclick: () => setOpen(false) });

const isOpen = () => document.body.classList.contains("cs-side-open");
export const setOpen = (open) => {
  if (open === isOpen()) return;
  document.body.classList.toggle("cs-side-open", open);
  if (open) enter(() => setOpen(false));
  else leave();
  menu.setAttribute("aria-expanded", String(open));
  if (open) side.querySelector("button").focus();
};

const startConversation = () => {
  setOpen(false);
  closePanel();
  chat.newConversation();
};

const exportConversation = (conversation) => {
  const file = new Blob([markdownOf(conversation)], { type: "text/markdown" });
  const address = URL.createObjectURL(file);
  const name = conversation.title.replace(/[^\p{L}\p{N} -]/gu, "").trim() || "conversation";
  element("a", { href: address, download: `${name}.md` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

const rename = (row, conversation) => {
  const field = element("input", {
    type: "text",
    class: "cs-rename",
    maxlength: "120",
    value: conversation.title,
    "aria-label": "Name of the conversation",
  });
  let ended = false;
  const end = (title) => {
    if (ended) return;
    ended = true;
    if (title) storage.save({ ...storage.conversation(conversation.id), title });
    field.remove();
    draw();
    list.querySelector(`[data-id="${CSS.escape(conversation.id)}"]`)?.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(field.value.trim());
    if (event.key !== "Escape") return;
    event.preventDefault();
    end("");
  });
  field.addEventListener("blur", () => end(field.value.trim()));
  row.replaceChildren(field);
  field.select();
};

const remove = (conversation) => {
  storage.remove(conversation.id);
  if (conversation.id === chat.current().id) startConversation();
  draw();
  showMessage("Conversation deleted.", {
    label: "Undo",
    press: () => {
      storage.save(conversation);
      draw();
    },
  });
};

const rowOf = (conversation) => {
  const isCurrent = conversation.id === chat.current().id;
  const row = element("li", { class: isCurrent ? "cs-current-row" : "" });
  row.append(
    button(
      conversation.title,
      () => {
        if (isNarrow()) setOpen(false);
        closePanel();
        chat.openConversation(conversation.id);
      },
      {
        class: "cs-conversation",
        title: conversation.title,
        "data-id": conversation.id,
        "aria-current": isCurrent ? "true" : null,
      },
    ),
    iconButton("export", `Export “${conversation.title}” as Markdown`, () => exportConversation(conversation)),
    iconButton("edit", `Rename “${conversation.title}”`, () => rename(row, conversation)),
    iconButton("delete", `Delete “${conversation.title}”`, () => remove(conversation)),
  );
  return row;
};

const draw = () => {
  if (document.activeElement?.matches(".cs-rename")) return; // a name is being typed
  const found = storage.conversations();
  const rows = found.map(rowOf);
  if (!rows.length) rows.push(element("li", { class: "cs-none" }, "No conversations yet. They are saved only in this browser."));
  list.replaceChildren(...rows);
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen()) {
    setOpen(false);
    menu.focus();
  }
});
window.addEventListener("storage", () => draw());
chat.watch(draw);
document.body.prepend(bar, side, shade);
draw();
