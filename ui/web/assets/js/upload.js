// Files into the library, one after the other, each with its progress in words.
import { element } from "./dom.js";

const STEPS = { reading: "Reading", pages: "Reading pages", embedding: "Embedding" };
const SAME_TIME = 2;
const waiting = [];
let running = 0;
const listeners = new Set();

/** Calls back with the number of files on their way, after each one of them. */
export const whenTaken = (listener) => listeners.add(listener);

export const rows = element("ul", {
  class: "cs-uploads",
  "aria-label": "Files being added",
  "aria-live": "polite",
});

const rowOf = (name) => {
  const state = element("span", { class: "cs-upload-state" }, "Waiting");
  const bar = element("progress", { max: "100", value: "0", "aria-label": `Progress of ${name}` });
  const row = element("li", {}, element("span", { class: "cs-upload-name" }, name), state, bar);
  return {
    row,
    tell: (words, part = null) => {
      state.textContent = words;
      if (part === null) bar.removeAttribute("value");
      else bar.value = 100 * part;
    },
    end: (words, kind) => {
      state.textContent = words;
      row.className = `cs-${kind}`;
      bar.remove();
      if (kind !== "bad") setTimeout(() => row.remove(), 6000);
    },
  };
};

const lastLine = (text) => {
  const lines = text.split("\n").filter(Boolean);
  try {
    return JSON.parse(lines[lines.length - 1]);
  } catch {
    return null; // a line that is still coming
  }
};

const ended = (request, shown) => {
  const told = lastLine(request.responseText) || {};
  if (request.status !== 200) {
    shown.end(told.detail || request.responseText || `Refused (${request.status}).`, "bad");
  } else if (told.error) {
    shown.end(told.error, "bad");
  } else if (told.warning) {
    shown.end(`Added; ${told.warning}`, "bad");
  } else {
    shown.end(told.status === "unchanged" ? "Already in the library" : "Added", "good");
  }
};

const send = (file, shown) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "page/documents");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.upload.onprogress = (event) =>
      shown.tell("Sending", event.total ? event.loaded / event.total : null);
    request.upload.onload = () => shown.tell("Reading");
    request.onprogress = () => {
      const told = lastLine(request.responseText);
      if (!told?.step) return;
      const counted = told.of > 1 ? ` ${told.done} of ${told.of}` : "";
      shown.tell((STEPS[told.step] || told.step) + counted, told.of > 1 ? told.done / told.of : null);
    };
    request.onload = () => ended(request, shown);
    request.onerror = () => shown.end("The server broke off; is it still running?", "bad");
    request.onloadend = done;
    request.send(file);
  });

const work = async () => {
  running += 1;
  while (waiting.length) {
    const [file, shown] = waiting.shift();
    await send(file, shown);
    listeners.forEach((listener) => listener(waiting.length));
  }
  running -= 1;
};

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** What is wrong with a file before it is sent, or "". */
const refused = (file, limits) => {
  const suffix = /\.[^.]+$/.exec(file.name)?.[0].toLowerCase() || "";
  if (!limits.suffixes.includes(suffix)) {
    return `The format ${suffix || "without a suffix"} is not read; save it as PDF, Word, HTML or text.`;
  }
  if (file.size > limits.largest) {
    return `Larger than ${megabytes(limits.largest)}; use \`citespan ingest\` for it.`;
  }
  return file.size ? "" : "Empty: there is no text in it.";
};

/** @param {File[]} files  @param {{suffixes: string[], largest: number}} limits */
export const upload = (files, limits) => {
  for (const file of files) {
    const shown = rowOf(file.name);
    rows.append(shown.row);
    const why = refused(file, limits);
    if (why) shown.end(why, "bad");
    else waiting.push([file, shown]);
  }
  while (running < Math.min(SAME_TIME, waiting.length)) work();
};

const entriesOf = (directory) =>
  new Promise((found, failed) => {
    const reader = directory.createReader();
    const all = [];
    const more = () =>
      reader.readEntries((some) => {
        if (!some.length) found(all);
        else {
          all.push(...some);
          more();
        }
      }, failed);
    more();
  });

const filesUnder = async (entry) => {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const inside = await Promise.all((await entriesOf(entry)).map(filesUnder));
  return inside.flat();
};

/** The files of a drop, those in folders too. */
export const dropped = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(filesUnder))).flat();
};
