// What the buttons under questions and answers do (ui/web/views/messages.py makes them).
import { button, element, iconButton, post, showMessage } from "../shared/dom.js";
import * as conversation from "./conversation.js";
import { textOf } from "./markdown_export.js";

const turnAt = (number) => conversation.current().turns[number];

const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS, browsers offer only this clipboard.
    const field = element("textarea", { class: "cs-spoken" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};

const historyBefore = (number) =>
  conversation
    .current()
    .turns.slice(0, number)
    .filter((turn) => turn.answer)
    .map((turn) => [turn.question, turn.answer.text]);

const rate = async (pressed, number, verdict) => {
  const { answer } = turnAt(number);
  const send = (note) =>
    post("feedback", { answer, verdict, note, history: historyBefore(number) });
  try {
    await send("");
  } catch (error) {
    showMessage(error.message);
    return;
  }
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
  note.focus();
};

const ACTIONS = {
  edit: (_, number) => conversation.edit(number),
  retry: (_, number) => conversation.ask(turnAt(number).question, conversation.current().turns.slice(0, number)),
  widen: (_, number) => conversation.ask(turnAt(number).question, conversation.current().turns.slice(0, number), { narrow: false }),
  copy: async (_, number) => {
    await copyText(textOf(turnAt(number).answer));
    showMessage("Copied with citations.", null, 3);
  },
  up: (pressed, number) => rate(pressed, number, "up"),
  down: (pressed, number) => rate(pressed, number, "down"),
};

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("#cs-chat button.cs-act");
  if (!pressed || !turnAt(Number(pressed.value))) return;
  ACTIONS[pressed.name]?.(pressed, Number(pressed.value));
});
