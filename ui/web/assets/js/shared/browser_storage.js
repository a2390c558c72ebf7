// What only this browser stores: conversations, each under its own key, and the choices under
// Settings.
import { showMessage } from "./dom.js";

const CONVERSATION = "citespan/conversation/";
const SETTINGS = "citespan/options";
const WIDTH = "citespan/panel-width";
const COLLAPSED = "citespan/collapsed";

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

export const keyOf = (id) => CONVERSATION + id;
export const conversation = (id) => read(localStorage, keyOf(id));

const put = (kept) => localStorage.setItem(keyOf(kept.id), JSON.stringify(kept));

/** Saves a conversation; if the browser has no space left, the oldest ones are deleted. */
export const save = (kept) => {
  for (;;) {
    try {
      put(kept);
      return;
    } catch {
      const oldest = conversations().filter((other) => other.id !== kept.id).pop();
      if (!oldest) {
        showMessage("This browser has no space left to save the conversation. Export it before you close the page.");
        return;
      }
      remove(oldest.id);
    }
  }
};

export const remove = (id) => localStorage.removeItem(keyOf(id));

export const settings = () => read(localStorage, SETTINGS) || {};

export const saveSettings = (chosen) => {
  try {
    localStorage.setItem(SETTINGS, JSON.stringify(chosen));
  } catch {
    showMessage("This browser saves no data. Your settings apply until you close the page.");
  }
};

const tryToSave = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // it holds until the page is closed
  }
};

/** Width of the panel in pixels; null for the page's own. */
export const width = () => read(localStorage, WIDTH);
export const saveWidth = (pixels) => tryToSave(WIDTH, pixels);

/** Whether the column at the left is a rail. */
export const isCollapsed = () => read(localStorage, COLLAPSED) === true;
export const saveCollapsed = (yes) => tryToSave(COLLAPSED, yes);

/** Values of this tab only; they outlive a reload. */
export const tab = {
  get: (name) => read(sessionStorage, `citespan/${name}`),
  set: (name, value) => {
    try {
      sessionStorage.setItem(`citespan/${name}`, JSON.stringify(value));
    } catch {
      // the value holds until the page is closed
    }
  },
};
