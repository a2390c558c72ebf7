// What this browser keeps, and nobody else: conversations, each under a key of its own so that two
// open tabs do not write over each other, and what was chosen under Settings.
import { tell } from "./dom.js";

const CONVERSATION = "citespan/conversation/";
const OPTIONS = "citespan/options";

const read = (storage, key) => {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null; // storage is off, or something else wrote there
  }
};

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(CONVERSATION));

/** Newest first: { id, title, updated, turns }. */
export const conversations = () => {
  try {
    const found = keys().map((key) => read(localStorage, key));
    return found
      .filter((kept) => kept && typeof kept.id === "string" && Array.isArray(kept.turns))
      .sort((one, other) => other.updated - one.updated);
  } catch {
    return [];
  }
};

export const conversation = (id) => read(localStorage, CONVERSATION + id);

const put = (kept) => localStorage.setItem(CONVERSATION + kept.id, JSON.stringify(kept));

/** Keeps a conversation; where the browser has no room left, the oldest one makes some. */
export const keep = (kept) => {
  for (;;) {
    try {
      put(kept);
      return;
    } catch {
      const oldest = conversations().filter((other) => other.id !== kept.id).pop();
      if (!oldest) {
        tell("This browser has no room to keep the conversation; export it before you leave.");
        return;
      }
      forget(oldest.id);
    }
  }
};

export const forget = (id) => localStorage.removeItem(CONVERSATION + id);

export const options = () => read(localStorage, OPTIONS) || {};

export const keepOptions = (chosen) => {
  try {
    localStorage.setItem(OPTIONS, JSON.stringify(chosen));
  } catch {
    tell("This browser keeps nothing; your settings hold until you close the page.");
  }
};

/** What holds for this tab alone, over a reload. */
export const tab = {
  get: (name) => read(sessionStorage, `citespan/${name}`),
  set: (name, value) => {
    try {
      sessionStorage.setItem(`citespan/${name}`, JSON.stringify(value));
    } catch {
      // it holds until the page is closed
    }
  },
};
