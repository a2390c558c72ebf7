// What the buttons under questions and answers do (ui/web/views/messages.py makes them).
import { button, element, iconButton, post, showMessage } from "../shared/dom.js";
import { openAdd } from "../sources/add.js";
import * as documents from "../sources/documents.js";
import * as conversation from "./conversation.js";
import { copyText } from "./copying.js";
import { textOf } from "./markdown_export.js";

const rate = async (pressed, id, verdict) => {
  const { answer } = conversation.find(id);
  const of = conversation.current().id;
  const history = conversation.historyBefore(id);
  const send = (note) =>
    post("feedback", { answer, verdict, note, history });
  try {
    await send("");
  } catch (error) {
    showMessage(error.message);
    return;
  }
  conversation.rate(of, id, verdict);
  if (!pressed.isConnected) return;
  const bar = pressed.closest(".cs-actions");
  for (const other of bar.querySelectorAll(".cs-chosen")) other.classList.remove("cs-chosen");
  pressed.classList.add("cs-chosen");
  bar.querySelector(".cs-thanks")?.remove();
  const note = element("input", {
    type: "text",
    maxlength: "2000",
    "aria-label": "Note about this answer",
    placeholder: verdict === "up" ? "What was good? (optional)" : "What was wrong? (optional)",
  });
  const form = element("form", { class: "cs-thanks" }, note, button("Send", () => sendNote()), iconButton("close", "Skip", () => form.remove()));
  const sendNote = async () => {
    if (note.value.trim()) {
      try {
        await send(note.value);
      } catch (error) {
        showMessage(error.message);
        return;
      }
    }
    form.remove();
    showMessage("Thank you. Your rating was saved.");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendNote();
  });
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    form.remove();
    pressed.focus();
  });
  bar.append(form);
  if ([pressed, document.body].includes(document.activeElement)) note.focus();
};

const ACTIONS = {
  edit: (_, id) => conversation.edit(id),
  retry: (_, id) => conversation.askAgain(id),
  widen: (_, id) => conversation.askAgain(id, { narrow: false }),
  all: (_, id) => {
    documents.searchAll();
    conversation.askAgain(id, { narrow: false });
  },
  documents: openAdd,
  more: (pressed) => pressed.closest(".cs-answer").classList.add("cs-whole"),
  copy: async (_, id) => {
    await copyText(textOf(conversation.find(id).answer));
    showMessage("Copied with citations.", null, 3);
  },
  up: (pressed, id) => rate(pressed, id, "up"),
  down: (pressed, id) => rate(pressed, id, "down"),
};

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("#cs-chat button.cs-act");
  if (!pressed || !conversation.find(pressed.value)) return;
  ACTIONS[pressed.name]?.(pressed, pressed.value);
});
