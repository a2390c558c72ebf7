// What is shown above the question box: what the documents are about, example questions, the documents
// to search in, the question being edited, and that the library is empty.
import * as documents from "../sources/documents.js";
import { card, drawCard } from "../sources/first_documents.js";
import { button, call, element, waitFor } from "../shared/dom.js";
import * as conversation from "./conversation.js";
import { cards, drawCards } from "./overview_cards.js";

const RETRY = 1500;
const examples = element("div", { id: "cs-examples", role: "group", "aria-label": "Example questions" });
const notes = element("div", { id: "cs-notes" });
let questions = [];
let isEmpty = false;

const chip = (words, label, press) =>
  element("div", { class: "cs-chip" }, element("span", {}, words), button(label, press));

const draw = () => {
  const parts = [];
  if (conversation.isEditing()) {
    const words = conversation.isCopied()
      ? "Editing an earlier question. It is asked in a copy of the conversation."
      : "Editing your last question. Its answer is replaced.";
    parts.push(chip(words, "Cancel", conversation.stopEditing));
  }
  if (documents.selectedIds()) {
    parts.push(chip(documents.describeScope(), "Search all", documents.searchAll));
  }
  notes.replaceChildren(...parts);
  const fresh = !conversation.current().turns.length;
  document.body.classList.toggle("cs-fresh", fresh);
  cards.hidden = !fresh || !cards.children.length;
  const hasQuestions = cards.querySelector("button");
  examples.hidden = !fresh || !questions.length || hasQuestions;
  document.body.classList.toggle("cs-no-documents", isEmpty);
  drawCard(!fresh || !isEmpty);
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
    ...questions.map((question) => button(question, () => conversation.ask(question))),
  );
  draw();
};

const fetchOverviews = async () => {
  let answer;
  try {
    answer = await call("overviews");
  } catch {
    return; // the example questions stay
  }
  drawCards(answer.cards);
  draw();
  if (!answer.ready && conversation.current().turns.length === 0) setTimeout(fetchOverviews, RETRY);
};

let known = "";
documents.watch(() => {
  const ids = documents.all().map((one) => one.id).join();
  isEmpty = !ids;
  if (ids !== known) {
    fetchExamples();
    fetchOverviews();
  }
  known = ids;
  draw();
});
conversation.watch(draw);

export const start = async () => {
  const field = await waitFor("#cs-question");
  const form = field.closest(".form") || field;
  form.before(card, cards, examples, notes);
  draw();
};
