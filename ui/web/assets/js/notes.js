// What stands above the question box: examples before the first question, which documents are
// asked, which question is being edited, and that the library is still empty.
import * as chat from "./chat.js";
import { button, call, element, whenThere } from "./dom.js";
import * as library from "./library.js";

const RETRY = 1500;
const examples = element("div", { id: "cs-examples", role: "group", "aria-label": "Example questions" });
const notes = element("div", { id: "cs-notes" });
let questions = [];

const chip = (words, label, press) =>
  element("div", { class: "cs-chip" }, element("span", {}, words), button(label, press));

const draw = () => {
  const parts = [];
  if (chat.isEditing()) {
    parts.push(chip("Editing an earlier question; what follows it goes.", "Cancel", chat.stopEditing));
  }
  const scope = library.scope();
  if (scope) {
    const named = library.documents().find((one) => one.id === scope[0]);
    const words =
      scope.length === 1 && named
        ? `Asking “${named.title}” alone`
        : `Asking ${scope.length} of ${library.documents().length} documents`;
    parts.push(chip(words, "Ask all", library.askAll));
  }
  notes.replaceChildren(...parts);
  const fresh = !chat.current().turns.length;
  document.body.classList.toggle("cs-fresh", fresh);
  examples.hidden = !fresh || !questions.length;
};

const fetchExamples = async () => {
  let answer;
  try {
    answer = await call("examples");
  } catch {
    return; // there are none to offer
  }
  if (!answer.ready) {
    setTimeout(fetchExamples, RETRY);
    return;
  }
  questions = answer.questions;
  examples.replaceChildren(
    ...questions.map((question) => button(question, () => chat.ask(question))),
  );
  draw();
};

const empty = element(
  "div",
  { class: "cs-empty", hidden: true },
  element("p", {}, "There are no documents yet."),
  button("Add documents", library.openLibrary, { class: "cs-button cs-main-button" }),
);

let known = "";
library.watch(() => {
  const ids = library.documents().map((one) => one.id).join();
  empty.hidden = Boolean(ids);
  if (ids !== known) fetchExamples();
  known = ids;
  draw();
});
chat.watch(draw);

export const begin = async () => {
  const field = await whenThere("#cs-question");
  const form = field.closest(".form") || field;
  form.before(empty, examples, notes);
  draw();
};
