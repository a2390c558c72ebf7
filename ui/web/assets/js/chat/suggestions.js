// Questions to ask after an answer. They are made when the answer is shown, and kept for this page.
import { button, element, post, waitFor } from "../shared/dom.js";
import * as conversation from "./conversation.js";

const list = element("div", { id: "cs-suggestions", role: "group", "aria-label": "Suggested questions", hidden: true });
const known = new Map();
let settings = {};

/** The settings that answers are made with. */
export const setSettings = (now) => {
  settings = now;
};

const keyOf = ({ id, turns }) => `${id} ${turns.at(-1).id}`;

const canSuggest = () => {
  const last = conversation.current().turns.at(-1);
  return last?.complete && last.answer && !conversation.isEditing();
};

const draw = () => {
  const questions = (canSuggest() && known.get(keyOf(conversation.current()))) || [];
  list.hidden = !questions.length;
  list.replaceChildren(
    ...questions.map((question) => button(question, () => conversation.ask(question))),
  );
};

const update = async () => {
  draw();
  if (!canSuggest()) return;
  const open = conversation.current();
  const key = keyOf(open);
  if (known.has(key)) return;
  known.set(key, []);
  const { answer } = open.turns.at(-1);
  const history = conversation.historyBefore(open.turns.at(-1).id);
  try {
    known.set(key, (await post("suggestions", { answer, history, settings })).questions);
  } catch {
    return; // there are none to offer
  }
  draw();
};

export const start = async () => {
  const field = await waitFor("#cs-question");
  (field.closest(".form") || field).before(list);
  conversation.watch(update);
  update();
};
