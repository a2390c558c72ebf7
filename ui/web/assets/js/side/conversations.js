// The conversations of this browser, by date: opened, searched, renamed, exported and deleted.
import * as chat from "../chat/conversation.js";
import { markdownOf } from "../chat/markdown_export.js";
import { closePanel } from "../reader/panel.js";
import * as storage from "../shared/browser_storage.js";
import { button, download, element, iconButton, showMessage } from "../shared/dom.js";
import { fillView, setOpen, startConversation } from "./side.js";

const list = element("div", { class: "cs-conversations" });
const search = element("input", {
  type: "search",
  placeholder: "Search conversations",
  "aria-label": "Search conversations",
  oninput: () => draw(),
});

const DAY = 86_400_000;
/** The name of the days that a time belongs to: "Today", "Last 7 days", "March 2026". */
const periodOf = (time) => {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (time >= midnight) return "Today";
  if (time >= midnight - DAY) return "Yesterday";
  if (time >= midnight - 7 * DAY) return "Last 7 days";
  if (time >= midnight - 30 * DAY) return "Last 30 days";
  return new Date(time).toLocaleDateString("en", { month: "long", year: "numeric" });
};

const exportConversation = (conversation) => {
  const name = conversation.title.replace(/[^\p{L}\p{N} -]/gu, "").trim() || "conversation";
  download(`${name}.md`, markdownOf(conversation));
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

const openConversation = (id) => {
  setOpen(false);
  closePanel();
  chat.openConversation(id);
};

const rowOf = (conversation) => {
  const { id, title } = conversation;
  const isCurrent = id === chat.current().id;
  const row = element("li", { class: isCurrent ? "cs-current-row" : "" });
  row.append(
    button(title, () => openConversation(id), {
      class: "cs-conversation",
      title,
      "data-id": id,
      "aria-current": isCurrent ? "true" : null,
    }),
    iconButton("export", `Export “${title}” as Markdown`, () => exportConversation(conversation)),
    iconButton("edit", `Rename “${title}”`, () => rename(row, conversation)),
    iconButton("delete", `Delete “${title}”`, () => remove(conversation)),
  );
  return row;
};

const hasWords = ({ title, turns }, words) => {
  const text = [title, ...turns.map((turn) => turn.question)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
};

const draw = () => {
  if (document.activeElement?.matches(".cs-rename")) return; // a name is being typed
  const all = storage.conversations();
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const periods = Map.groupBy(all.filter((one) => hasWords(one, words)), (one) => periodOf(one.updated));
  search.hidden = !all.length;
  const none = all.length
    ? "No conversation has these words."
    : "No conversations yet. They are saved only in this browser.";
  list.replaceChildren(
    ...[...periods].map(([period, found]) =>
      element("section", { "aria-label": period }, element("h2", {}, period), element("ul", {}, ...found.map(rowOf))),
    ),
    ...(periods.size ? [] : [element("p", { class: "cs-none" }, none)]),
  );
};

window.addEventListener("storage", () => draw());
chat.watch(draw);
fillView("conversations", search, list);
draw();
