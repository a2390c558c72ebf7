// The open conversation: given to Gradio's components and read back through hidden text boxes
// (ui/web/chat/chat_page.py), and saved in the browser's storage. Nothing in it is deleted by asking:
// an earlier question is asked again in a copy, a last one can be brought back, and the turns of
// other tabs are merged in.
import * as storage from "../shared/browser_storage.js";
import { showMessage, waitFor } from "../shared/dom.js";
import { mergeTurns, nameTurns } from "./merge_turns.js";

const LONGEST_TITLE = 60;
let open = { id: crypto.randomUUID(), turns: [] };
let base = []; // the turns as this tab last read or wrote them in the storage
let written = "";
let draft = "";
let change = null; // the earlier question that is asked anew: { id, from, turns, number, editing }
let stale = false; // whether the page shows other turns than the conversation has
const watchers = new Set();

/** Calls back when the open conversation has changed, or the editing of a question begins or ends. */
export const watch = (watcher) => watchers.add(watcher);
const notify = () => watchers.forEach((watcher) => watcher());

export const current = () => open;
export const isAnswering = () => Boolean(document.querySelector("#cs-question .stop-button"));
export const isEditing = () => Boolean(change?.editing);
/** Whether what is being edited will be asked in a copy, since other questions follow it. */
export const isCopied = () => Boolean(change) && change.id !== change.from;
export const find = (id) => open.turns.find((turn) => turn.id === id);
/** The questions and answers before a turn, oldest first. */
export const historyBefore = (id) =>
  open.turns
    .slice(0, open.turns.findIndex((turn) => turn.id === id))
    .filter((turn) => turn.answer)
    .map((turn) => [turn.question, turn.answer.text]);

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

/** The title of a copy: “What is it? (2)”. */
const titleOfCopy = (title) => {
  const stem = title.replace(/ \(\d+\)$/, "");
  const taken = new Set(storage.conversations().map((one) => one.title));
  let number = 2;
  while (taken.has(`${stem} (${number})`)) number += 1;
  return `${stem} (${number})`;
};

/** Saves turns, merged with those that another tab has saved; returns them. */
const store = (id, turns, before) => {
  const there = storage.conversation(id);
  const merged = there ? mergeTurns(before, turns, nameTurns(there.turns)) : turns;
  const copied = change?.id === id ? storage.conversation(change.from)?.title : "";
  const title = there?.title || (copied && isCopied() ? titleOfCopy(copied) : titleOf(turns));
  storage.save({ ...there, id, turns: merged, title, updated: Date.now() });
  return merged;
};

/** Says how to get back what an earlier question led to, once it has been asked anew. */
const offerWayBack = ({ id, from, turns }) => {
  if (id !== from) {
    showMessage(
      "Asked in a copy of the conversation. The original still has all its questions.",
      { label: "Back to the original", press: () => openConversation(from) },
      15,
    );
    return;
  }
  const restore = () => {
    if (open.id !== id) return;
    open = { id, turns };
    base = store(id, turns, base);
    show();
  };
  showMessage("The earlier answer was replaced.", { label: "Undo", press: restore }, 15);
};

/** Reads what the server made of the conversation, and saves it. */
const readTurns = () => {
  if (stale && !isAnswering()) show();
  const text = box("kept")?.value;
  if (!text || text === written) return;
  written = text;
  const now = JSON.parse(text);
  now.id ||= open.id; // asked before the page had started
  if (!now.turns.length) return;
  if (now.id !== open.id && now.id !== change?.id) {
    store(now.id, now.turns, []); // the end of an answer in a conversation that is no longer open
    sendTurns(open.turns);
    notify();
    return;
  }
  const begun = now.id !== open.id || !find(now.turns.at(-1).id);
  // Only the last turn is the server's to change; ratings are given meanwhile.
  const known = new Map(open.turns.map((turn) => [turn.id, turn]));
  const turns = now.turns.map((turn) => (known.get(turn.id)?.complete ? known.get(turn.id) : turn));
  if (now.id !== open.id) base = [];
  base = store(now.id, turns, base);
  open = { id: now.id, turns: base };
  storage.tab.set("conversation", open.id);
  const seen = (all) => all.map(({ id, rating }) => id + (rating || "")).join();
  stale = seen(base) !== seen(now.turns);
  if (begun) {
    if (change) offerWayBack(change);
    change = null;
    if (draft && !box("question").value) fill("question", draft);
    draft = "";
    keepDraft();
  }
  notify();
};

const show = async () => {
  change = null;
  stale = false;
  storage.tab.set("conversation", open.id);
  sendTurns(open.turns);
  notify();
  await nextTask();
  document.querySelector("#cs-show").click();
};

export const openConversation = async (id) => {
  const kept = storage.conversation(id);
  if (!kept || id === open.id) return;
  base = nameTurns(kept.turns);
  open = { id, turns: base };
  await show();
};

export const newConversation = async () => {
  open = { id: crypto.randomUUID(), turns: [] };
  base = [];
  await show();
  box("question").focus();
};

const submit = async (question) => {
  draft = box("question").value;
  fill("question", question);
  await nextTask();
  document.querySelector("#cs-question .submit-button")?.click();
};

/** Asks as if the person had typed the question; what they had typed comes back afterwards. */
export const ask = async (question) => {
  if (isAnswering()) return;
  sendTurns(open.turns);
  await submit(question);
};

/** Gives the server the turns before an earlier question, as a copy if others follow it. */
const beginChange = (id, options) => {
  const number = open.turns.findIndex((turn) => turn.id === id);
  const isLast = number === open.turns.length - 1;
  const to = isLast ? open.id : crypto.randomUUID();
  change = { id: to, from: open.id, turns: open.turns, editing: false };
  sendTurns(open.turns.slice(0, number), { id: to, ...options });
};

/** Asks a question again. With `narrow: false`, all documents are searched, whichever it names. */
export const askAgain = async (id, options = {}) => {
  if (isAnswering()) return;
  beginChange(id, options);
  await submit(find(id).question);
};

/** Puts an earlier question into the box. */
export const edit = (id) => {
  if (isAnswering()) return;
  if (!isEditing()) draft = box("question").value;
  beginChange(id, {});
  change.editing = true;
  fill("question", find(id).question);
  box("question").focus();
  notify();
};

export const stopEditing = () => {
  change = null;
  sendTurns(open.turns);
  fill("question", draft);
  draft = "";
  box("question").focus();
  notify();
};

/** Keeps the thumb that was given to an answer of a conversation, which may be closed by now. */
export const rate = (of, id, rating) => {
  const rated = (all) => all.map((turn) => (turn.id === id ? { ...turn, rating } : turn));
  if (of !== open.id) {
    const there = storage.conversation(of);
    if (there) storage.save({ ...there, turns: rated(nameTurns(there.turns)) });
    return;
  }
  base = store(open.id, rated(open.turns), base);
  open = { ...open, turns: base };
  if (!isAnswering() && !change) sendTurns(open.turns);
  else stale = true;
};

/** Takes over what another tab has added to the open conversation. */
const follow = () => {
  const there = storage.conversation(open.id);
  if (!there || change || !there.turns.every((turn) => turn.complete)) return;
  const turns = nameTurns(there.turns);
  if (JSON.stringify(turns) === JSON.stringify(base)) return;
  open = { ...open, turns: mergeTurns(base, open.turns, turns) };
  base = turns;
  stale = true;
  if (!isAnswering()) show();
};

export const sendSettings = (settings) => fill("options", JSON.stringify(settings));

const keepDraft = () => storage.tab.set("draft", box("question").value);

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
  window.addEventListener("storage", (event) => {
    if (event.key === storage.keyOf(open.id)) follow();
  });
  box("question").addEventListener("input", () => isEditing() || keepDraft());
  const left = storage.tab.get("draft");
  if (left && !box("question").value) fill("question", left);
  const kept = storage.conversation(storage.tab.get("conversation") || "");
  if (kept) {
    base = nameTurns(kept.turns);
    open = { id: kept.id, turns: base };
    await show();
  } else {
    storage.tab.set("conversation", open.id);
    if (box("kept").value) readTurns();
    else sendTurns(open.turns);
  }
};
