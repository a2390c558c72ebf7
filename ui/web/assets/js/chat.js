// The conversation that is open: handed to Gradio's components and taken back from them through two
// hidden boxes (ui/app.py), and kept by the store.
import { whenThere } from "./dom.js";
import * as store from "./store.js";

const LONGEST_TITLE = 60;
let open = { id: crypto.randomUUID(), turns: [] };
let written = "";
let editing = false;
const watchers = new Set();

/** Calls back when the open conversation, or whether a question is edited, has changed. */
export const watch = (watcher) => watchers.add(watcher);
const changed = () => watchers.forEach((watcher) => watcher());

export const current = () => open;
export const isEditing = () => editing;

const box = (name) => document.querySelector(`#cs-${name} textarea`);
const fill = (name, text) => {
  const field = box(name);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const hand = (turns) => {
  written = JSON.stringify({ id: open.id, turns });
  fill("kept", written);
};
const settled = () => new Promise((done) => setTimeout(done));

const titleOf = (turns) => {
  const first = turns[0].question;
  return first.length > LONGEST_TITLE ? `${first.slice(0, LONGEST_TITLE - 1)}…` : first;
};

/** What the server made of the conversation since the last look, kept. */
const take = () => {
  const text = box("kept")?.value;
  if (!text || text === written) return;
  written = text;
  const now = JSON.parse(text);
  if (!now.turns.length) return;
  const before = store.conversation(now.id);
  const title = before?.title || titleOf(now.turns);
  store.keep({ ...before, ...now, title, updated: Date.now() });
  if (now.id === open.id) {
    open = now;
    editing = false;
  } else {
    hand(open.turns); // the end of an answer to a conversation that was left meanwhile
  }
  changed();
};

const show = async () => {
  editing = false;
  store.tab.set("conversation", open.id);
  hand(open.turns);
  changed();
  await settled();
  document.querySelector("#cs-show").click();
};

export const openConversation = async (id) => {
  const kept = store.conversation(id);
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

/** Asks as if typed, the conversation being the given turns. */
export const ask = async (question, turns = open.turns) => {
  if (isAnswering()) return;
  hand(turns);
  fill("question", question);
  await settled();
  document.querySelector("#cs-question .submit-button")?.click();
};

export const isAnswering = () => Boolean(document.querySelector("#cs-question .stop-button"));

/** Puts an earlier question into the box; what came after it goes once it is asked again. */
export const edit = (number) => {
  if (isAnswering()) return;
  editing = true;
  hand(open.turns.slice(0, number));
  fill("question", open.turns[number].question);
  box("question").focus();
  changed();
};

export const stopEditing = () => {
  editing = false;
  hand(open.turns);
  fill("question", "");
  box("question").focus();
  changed();
};

export const setOptions = (options) => fill("options", JSON.stringify(options));

/** Begins once Gradio has made its components; after a reload with what was open. */
export const begin = async () => {
  await whenThere("#cs-question textarea");
  await whenThere("#cs-options textarea");
  await whenThere("#cs-show");
  new MutationObserver(() => requestAnimationFrame(take)).observe(document.body, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class"],
  });
  const kept = store.conversation(store.tab.get("conversation") || "");
  if (kept) {
    open = { id: kept.id, turns: kept.turns };
    await show();
  } else {
    store.tab.set("conversation", open.id);
    hand(open.turns);
  }
};
