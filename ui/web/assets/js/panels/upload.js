// Uploads files into the library, two at a time, and shows the progress of each.
import { element } from "../shared/dom.js";

const STEPS = { reading: "Reading", pages: "Reading pages", embedding: "Indexing" };
const SAME_TIME = 2;
const waiting = [];
let running = 0;
const listeners = new Set();

/** Calls back after each file. */
export const whenUploaded = (listener) => listeners.add(listener);

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
    show: (words, part = null) => {
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

const readLastLine = (text) => {
  const lines = text.split("\n").filter(Boolean);
  try {
    return JSON.parse(lines[lines.length - 1]);
  } catch {
    return null; // a line that is not complete yet
  }
};

const showResult = (request, shown) => {
  const line = readLastLine(request.responseText) || {};
  if (request.status !== 200) {
    shown.end(line.detail || request.responseText || `Refused (${request.status}).`, "bad");
  } else if (line.error) {
    shown.end(line.error, "bad");
  } else if (line.warning) {
    shown.end(`Added. ${line.warning}`, "bad");
  } else {
    shown.end(line.status === "unchanged" ? "Already in the library" : "Added", "good");
  }
};

/** Sends a file, or an object with the address of one on the web. */
const send = (file, shown) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    if (file.address) {
      request.open("POST", "page/documents/address");
      request.setRequestHeader("Content-Type", "application/json");
    } else {
      request.open("POST", "page/documents");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    }
    request.upload.onprogress = (event) =>
      shown.show("Sending", event.total ? event.loaded / event.total : null);
    request.upload.onload = () => shown.show("Reading");
    request.onprogress = () => {
      const line = readLastLine(request.responseText);
      if (!line?.step) return;
      const counted = line.of > 1 ? ` ${line.done} of ${line.of}` : "";
      shown.show((STEPS[line.step] || line.step) + counted, line.of > 1 ? line.done / line.of : null);
    };
    request.onload = () => showResult(request, shown);
    request.onerror = () => shown.end("The connection to the server was lost.", "bad");
    request.onloadend = done;
    request.send(file.address ? JSON.stringify({ address: file.address }) : file);
  });

const uploadWaiting = async () => {
  running += 1;
  while (waiting.length) {
    const [file, shown] = waiting.shift();
    await send(file, shown);
    listeners.forEach((listener) => listener());
  }
  running -= 1;
};

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** The reason why a file cannot be uploaded, or "". */
const problemOf = (file, limits) => {
  const suffix = /\.[^.]+$/.exec(file.name)?.[0].toLowerCase() || "";
  if (!limits.suffixes.includes(suffix)) {
    return `The format ${suffix || "without a suffix"} is not supported. Save the file as PDF, Word, HTML or text.`;
  }
  if (file.size > limits.largest) {
    return `Larger than ${megabytes(limits.largest)}, the limit for uploads.`;
  }
  return file.size ? "" : "The file is empty.";
};

const begin = (what, shown) => {
  waiting.push([what, shown]);
  if (running < SAME_TIME) uploadWaiting();
};

/** Adds what is at a web address; the server fetches it. */
export const addAddress = (address) => {
  const shown = rowOf(address);
  rows.append(shown.row);
  begin({ address }, shown);
};

/** @param {File[]} files  @param {{suffixes: string[], largest: number}} limits */
export const upload = (files, limits) => {
  for (const file of files) {
    const shown = rowOf(file.name);
    rows.append(shown.row);
    const why = problemOf(file, limits);
    if (why) shown.end(why, "bad");
    else begin(file, shown);
  }
};

const listEntries = (directory) =>
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

const listFiles = async (entry) => {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const inside = await Promise.all((await listEntries(entry)).map(listFiles));
  return inside.flat();
};

/** Lists the dropped files, those in folders too. */
export const listDropped = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(listFiles))).flat();
};
