// What the buttons under questions and answers do (ui/render.py draws them).
import * as chat from "./chat.js";
import { button, element, iconButton, post, tell } from "./dom.js";
import { textOf } from "./markdown.js";

const turnAt = (number) => chat.current().turns[number];

const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS browsers have no clipboard but this one.
    const field = element("textarea", { class: "cs-spoken" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};

const historyBefore = (number) =>
  chat
    .current()
    .turns.slice(0, number)
    .filter((turn) => turn.answer)
    .map((turn) => [turn.question, turn.answer.text]);

const thumb = async (pressed, number, verdict) => {
  const { answer } = turnAt(number);
  const send = (note) =>
    post("feedback", { answer, verdict, note, history: historyBefore(number) });
  try {
    await send("");
  } catch (error) {
    tell(error.message);
    return;
  }
  const bar = pressed.closest(".cs-actions");
  for (const other of bar.querySelectorAll(".cs-chosen")) other.classList.remove("cs-chosen");
  pressed.classList.add("cs-chosen");
  bar.querySelector(".cs-thanks")?.remove();
  const note = element("input", {
    type: "text",
    maxlength: "2000",
    "aria-label": "A note on this answer",
    placeholder: verdict === "up" ? "What was good? (optional)" : "What was wrong? (optional)",
  });
  const form = element("form", { class: "cs-thanks" }, note, button("Send", () => sent()), iconButton("close", "Without a note", () => form.remove()));
  const sent = async () => {
    if (note.value.trim()) {
      try {
        await send(note.value);
      } catch (error) {
        tell(error.message);
        return;
      }
    }
    form.remove();
    tell("Thank you. It is kept in the library's folder as a case to evaluate with.");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sent();
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
  edit: (_, number) => chat.edit(number),
  retry: (_, number) => chat.ask(turnAt(number).question, chat.current().turns.slice(0, number)),
  copy: async (_, number) => {
    await copied(textOf(turnAt(number).answer));
    tell("Copied, with its citations.", null, 3);
  },
  up: (pressed, number) => thumb(pressed, number, "up"),
  down: (pressed, number) => thumb(pressed, number, "down"),
};

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("#cs-chat button.cs-act");
  if (!pressed || !turnAt(Number(pressed.value))) return;
  ACTIONS[pressed.name]?.(pressed, Number(pressed.value));
});
