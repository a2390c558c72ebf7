// The documents of the library, and those that are selected to be searched alone.
import * as storage from "../shared/browser_storage.js";
import { call, showMessage } from "../shared/dom.js";
import { whenAsked } from "../reader/source.js";
import { whenUploaded } from "./upload.js";

let held = { documents: [], suffixes: [], largest: 0, writable: false, samples: false };
let chosen = new Set(storage.tab.get("documents") || []);
const watchers = new Set();

/** Calls back when the documents or the selection have changed. */
export const watch = (watcher) => watchers.add(watcher);
export const all = () => held.documents;
/** What may be added: { suffixes, largest, writable, samples }. */
export const limits = () => held;
export const isSelected = (id) => chosen.has(id);
/** Ids of the documents to search in; null for all of them. */
export const selectedIds = () => (chosen.size ? [...chosen] : null);

/** Says in words where answers are searched. */
export const describeScope = () => {
  if (!chosen.size) return "Search in: all documents";
  const only = chosen.size === 1 && held.documents.find((one) => chosen.has(one.id));
  return only ? `Search in: “${only.title}”` : `Search in: selected (${chosen.size})`;
};

const setChosen = (ids) => {
  chosen = new Set(ids);
  storage.tab.set("documents", [...chosen]);
  watchers.forEach((watcher) => watcher());
};
/** Adds documents to the selection, or takes them out of it. */
export const select = (ids, yes) => {
  const out = new Set(ids);
  setChosen(yes ? [...chosen, ...ids] : [...chosen].filter((id) => !out.has(id)));
};
export const searchAll = () => setChosen([]);
/** Limits the search to one document. */
export const searchOnly = (id) => setChosen([id]);

export const refresh = async () => {
  try {
    held = await call("documents");
  } catch (error) {
    showMessage(error.message);
    return;
  }
  const there = new Set(held.documents.map((one) => one.id));
  held.documents.sort((one, other) => other.added - one.added);
  setChosen([...chosen].filter((id) => there.has(id)));
};

/** Removes a document; the message offers to restore it. */
export const remove = async (document_) => {
  let gone;
  try {
    gone = await call(`documents/${document_.id}`, { method: "DELETE" });
  } catch (error) {
    showMessage(error.message);
    return;
  }
  select([document_.id], false);
  await refresh();
  const back = async () => {
    try {
      await call(`documents/${document_.id}/back`, { method: "POST" });
      showMessage(`Restored “${gone.title}”.`, null, 4);
    } catch (error) {
      showMessage(error.message);
    }
    refresh();
  };
  showMessage(`Removed “${gone.title}”.`, gone.returns ? { label: "Undo", press: back } : null, 15);
};

whenUploaded(refresh);
whenAsked(searchOnly);
