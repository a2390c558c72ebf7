// The open conversation: given to Gradio's components and read back through hidden text boxes
// (ui/web/chat/chat_page.py), and saved in the browser's storage.
import * as storage from "../shared/browser_storage.js";
import { waitFor } from "../shared/dom.js";

const LONGEST_TITLE = 60;
let open = { id: crypto.randomUUID(), turns: [] };
let written = "";
let editing = false;
const watchers = new Set();

/** Calls back when the open conversation has changed, or the editing of a question begins or ends. */
export const watch = (watcher) => watchers.add(watcher);
const notify = () => watchers.forEach((watcher) => watcher());

export const current = () => open;
export const isEditing = () => editing;

const box = (name) => document.querySelector(`#cs-${name} textarea`);
const fill = (name, text) => {
  const field = box(name);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const sendTurns = (turns, options = {}) => {
  written = JSON.stringify({ id: open.id, turns, ...options });
  fill("kept", written);
};
const nextTask = () => new Promise((done) => setTimeout(done));

const titleOf = (turns) => {
  const first = turns[0].question;
  return first.length > LONGEST_TITLE ? `${first.slice(0, LONGEST_TITLE - 1)}…` : first;
};

/** Reads what the server made of the conversation, and saves it. */
const readTurns = () => {
  const text = box("kept")?.value;
  if (!text || text === written) return;
  written = text;
  const now = JSON.parse(text);
  if (!now.turns.length) return;
  const before = storage.conversation(now.id);
  const title = before?.title || titleOf(now.turns);
  storage.save({ ...before, ...now, title, updated: Date.now() });
  if (now.id === open.id) {
    open = now;
    editing = false;
  } else {
    sendTurns(open.turns); // the end of an answer in a conversation that is no longer open
  }
  notify();
};

const show = async () => {
  editing = false;
  storage.tab.set("conversation", open.id);
  sendTurns(open.turns);
  notify();
  await nextTask();
  document.querySelector("#cs-show").click();
};

export const openConversation = async (id) => {
  const kept = storage.conversation(id);
  if (!kept || id === open.id) return;
  open = { id, turns: kept.turns };
  await show();
};

export const newConversation = async () => {
  open = { id: crypto.randomUUID(), turns: [] };
  fill("question", "");
  await show();
  box("question").focus();
};

/** Asks as if the person had typed the question after the given turns.
 *
 * With `narrow: false`, all documents are searched, whichever the question names. */
export const ask = async (question, turns = open.turns, options = {}) => {
  if (isAnswering()) return;
  sendTurns(turns, options);
  fill("question", question);
  await nextTask();
  document.querySelector("#cs-question .submit-button")?.click();
};

export const isAnswering = () => Boolean(document.querySelector("#cs-question .stop-button"));

/** Puts an earlier question into the box; the turns after it are deleted when it is asked again. */
export const edit = (number) => {
  if (isAnswering()) return;
  editing = true;
  sendTurns(open.turns.slice(0, number));
  fill("question", open.turns[number].question);
  box("question").focus();
  notify();
};

export const stopEditing = () => {
  editing = false;
  sendTurns(open.turns);
  fill("question", "");
  box("question").focus();
  notify();
};

export const sendSettings = (settings) => fill("options", JSON.stringify(settings));

/** Starts when Gradio has made its components; after a reload, with the same conversation. */
export const start = async () => {
  await waitFor("#cs-question textarea");
  await waitFor("#cs-options textarea");
  await waitFor("#cs-show");
  new MutationObserver(() => requestAnimationFrame(readTurns)).observe(document.body, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class"],
  });
  const kept = storage.conversation(storage.tab.get("conversation") || "");
  if (kept) {
    open = { id: kept.id, turns: kept.turns };
    await show();
  } else {
    storage.tab.set("conversation", open.id);
    sendTurns(open.turns);
  }
};
