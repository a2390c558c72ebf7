// Adds files to the library, many small ones in one request, and shows what has become of them.
import { element, iconButton } from "../shared/dom.js";

const STEPS = { reading: "Reading", pages: "Reading pages", embedding: "Making it searchable" };
const SAME_TIME = 2;
const BATCH_FILES = 100;
const BATCH_BYTES = 4_000_000;
const SHOWN = 6000;
const waiting = [];
let running = 0;
let counts = { all: 0, added: 0, known: 0, failed: 0 };
let hiding = 0;
const listeners = new Set();

/** Calls back after each file or batch of files. */
export const whenUploaded = (listener) => listeners.add(listener);

const line = element("p", { role: "status" });
const bar = element("progress", { "aria-label": "Files added" });
const problems = element("ul", { class: "cs-uploads", "aria-label": "Files with problems" });
const close = iconButton("close", "Dismiss", () => clear());
/** What is being added, what was, and what could not be. */
export const tray = element(
  "section",
  { class: "cs-tray", "aria-label": "Files being added", hidden: true },
  element("div", { class: "cs-tray-line" }, line, close),
  bar,
  problems,
);

const isBusy = () => running > 0 || waiting.length > 0;

const clear = () => {
  counts = { all: 0, added: 0, known: 0, failed: 0 };
  problems.replaceChildren();
  draw();
};

/** @param {string} step what happens now, in words  @param {number?} part how much of it is done */
const draw = (step = "", part = null) => {
  const { all, added, known, failed } = counts;
  clearTimeout(hiding);
  tray.hidden = !all;
  close.hidden = isBusy();
  bar.hidden = !isBusy();
  const words = isBusy() ? [`${added} of ${all} added`] : [`${added} added`];
  if (known) words.push(`${known} already there`);
  if (failed) words.push(`${failed} failed`);
  line.textContent = words.join(", ") + (isBusy() && step ? ` · ${step}` : "");
  bar.max = all || 1;
  if (all === 1 && part === null) bar.removeAttribute("value");
  else bar.value = added + known + failed + (all === 1 ? part : 0);
  if (!isBusy() && !problems.children.length) hiding = setTimeout(clear, SHOWN);
};

/** Keeps a file that failed, or that was read with a warning, in view until it is dismissed. */
const keepProblem = (name, why, kind) => {
  const row = element(
    "li",
    { class: `cs-${kind}` },
    element("span", { class: "cs-upload-name" }, name),
    iconButton("close", `Dismiss “${name}”`, () => {
      row.remove();
      if (!problems.children.length && !isBusy()) clear();
    }),
    element("span", { class: "cs-upload-state" }, why),
  );
  problems.append(row);
};

const readLastLine = (text) => {
  const lines = text.split("\n").filter(Boolean);
  try {
    return JSON.parse(lines[lines.length - 1]);
  } catch {
    return null; // a line that is not complete yet
  }
};

const nameOf = (what) => what.address || what.name || "sample documents";

const count = (what, result) => {
  if (result.error) {
    counts.failed += 1;
    keepProblem(nameOf(what), result.error, "bad");
    return;
  }
  counts[result.status === "unchanged" ? "known" : "added"] += 1;
  if (result.warning) keepProblem(nameOf(what), `Added. ${result.warning}`, "warned");
};

/** What came of each file of a request. */
const resultsOf = (request, batch) => {
  const last = readLastLine(request.responseText) || {};
  if (request.status !== 200) {
    const why = last.detail || request.responseText || "The connection to the server was lost.";
    return batch.map(() => ({ error: why }));
  }
  if (batch[0].samples && last.files) counts.all += last.files.length - 1;
  return last.files || batch.map(() => last);
};

const open = (request, batch) => {
  const [first] = batch;
  if (first.samples) {
    request.open("POST", "page/documents/samples");
    return null;
  }
  if (first.address) {
    request.open("POST", "page/documents/address");
    request.setRequestHeader("Content-Type", "application/json");
    return JSON.stringify({ address: first.address });
  }
  if (batch.length === 1) {
    request.open("POST", "page/documents");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(first.name));
    return first;
  }
  request.open("POST", "page/documents/batch");
  const form = new FormData();
  for (const file of batch) form.append("files", file, file.name);
  return form;
};

/** Sends files, or one object with an address on the web. */
const send = (batch) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = open(request, batch);
    const what = batch.length > 1 ? `${batch.length} files` : nameOf(batch[0]);
    request.upload.onprogress = (event) =>
      draw(`Sending ${what}`, event.total ? event.loaded / event.total : null);
    request.upload.onload = () => draw(`Reading ${what}`);
    request.onprogress = () => {
      const now = readLastLine(request.responseText);
      if (!now?.step) return;
      const counted = now.of > 1 ? ` ${now.done} of ${now.of}` : "";
      const step = `${STEPS[now.step] || now.step}${counted}`;
      draw(batch.length > 1 ? step : `${what}: ${step}`, now.of > 1 ? now.done / now.of : null);
    };
    request.onloadend = () => {
      const results = resultsOf(request, batch);
      results.forEach((result, place) => count(batch[place] || batch[0], result));
      done();
    };
    request.send(body);
  });

/** Takes what is sent next: an address, a large file, or as many small files as fit in a request. */
const takeBatch = () => {
  const batch = [waiting.shift()];
  let bytes = batch[0].size;
  const fits = (file) => file?.size && bytes + file.size <= BATCH_BYTES;
  while (bytes && batch.length < BATCH_FILES && fits(waiting[0])) {
    batch.push(waiting.shift());
    bytes += batch.at(-1).size;
  }
  return batch;
};

const uploadWaiting = async () => {
  if (running >= SAME_TIME) return;
  running += 1;
  while (waiting.length) {
    draw();
    await send(takeBatch());
    listeners.forEach((listener) => listener());
  }
  running -= 1;
  draw();
};

window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault(); // the browser asks before they are lost
});

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** The reason why a file cannot be uploaded, or "". */
const problemOf = (file, limits) => {
  const suffix = /\.[^.]+$/.exec(file.name)?.[0].toLowerCase() || "";
  if (!limits.suffixes.includes(suffix)) {
    return `${suffix ? `Files that end in ${suffix} are` : "Files without an ending are"} not supported. Save the file as PDF, Word, HTML or text.`;
  }
  if (file.size > limits.largest) {
    return `Larger than ${megabytes(limits.largest)}, the limit for uploads.`;
  }
  return file.size ? "" : "The file is empty.";
};

const begin = (all) => {
  waiting.push(...all);
  for (let worker = 0; worker < SAME_TIME && waiting.length; worker += 1) uploadWaiting();
  draw();
};

/** Adds what is at a web address; the server fetches it. */
export const addAddress = (address) => {
  counts.all += 1;
  begin([{ address }]);
};

/** Adds the documents that come with citespan. */
export const addSamples = () => {
  counts.all += 1;
  begin([{ samples: true }]);
};

/** @param {File[]} files  @param {{suffixes: string[], largest: number}} limits */
export const upload = (files, limits) => {
  counts.all += files.length;
  const good = files.filter((file) => {
    const why = problemOf(file, limits);
    if (why) count(file, { error: why });
    return !why;
  });
  begin(good);
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
