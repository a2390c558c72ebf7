"use strict";
// Everything is inserted into the page as text: no answer, question or document can be markup.

const data = JSON.parse(document.getElementById("cases").textContent);
const timing = JSON.parse(document.getElementById("times").textContent);
const times = timing.seconds;
const PAGE = 20;
let page = 0;

const one = (id) => document.getElementById(id);

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function tag(text, kind) {
  return make("span", text, kind ? `tag ${kind}` : "tag");
}

const ORDERS = {
  worst: (a, b) => mean(a) - mean(b),
  file: () => 0,
  slowest: (a, b) => (times[b.id] ?? -1) - (times[a.id] ?? -1),
  unsure: (a, b) => (a.confidence ?? 2) - (b.confidence ?? 2),
  sure: (a, b) => (b.confidence ?? -1) - (a.confidence ?? -1),
};

// The order in which a person looks: failed, then wrong, then by the mean of the metrics.
const lowerIsBetter = new Set(document.querySelector("main").dataset.lowerIsBetter.split(" "));
function mean(row) {
  if (row.status === "failed") return -2;
  const values = Object.entries(row.scores)
    .map(([name, v]) => [name, Array.isArray(v) ? v[0] / v[1] : v])
    .map(([name, v]) => (lowerIsBetter.has(name) ? 1 - v : v));
  const average = values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;
  return (row.right === false ? -1 : 0) + average;
}

function selectRows() {
  const words = one("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [which, kind, status] = ["which", "kind", "status"].map((id) => one(id).value);
  const verdict = one("verdict").value;
  const rows = data.filter((row) => {
    if (which && which !== state(row)[0]) return false;
    if (kind && row.kind !== kind) return false;
    if (status && row.status !== status) return false;
    if (verdict === "failed" && !row.sentences.some((s) => s.error)) return false;
    if (verdict && verdict !== "failed" && !row.sentences.some((s) => s.verdict === verdict)) return false;
    const text = `${row.id} ${row.question} ${row.answer}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const order = ORDERS[one("order").value];
  return rows.map((row, place) => [row, place])
    .sort((a, b) => order(a[0], b[0]) || a[1] - b[1]).map(([row]) => row);
}

function draw() {
  const rows = selectRows();
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  page = Math.min(page, pages - 1);
  one("list").replaceChildren(...rows.slice(page * PAGE, (page + 1) * PAGE).map(row));
  one("count").textContent =
    `${rows.length} of ${data.length} cases, page ${page + 1} of ${pages}`;
  one("back").disabled = page === 0;
  one("on").disabled = page >= pages - 1;
}

// What a case is, and the class of its tag; a failed one is wrong, too.
function state(result) {
  if (result.right === null) return ["unjudged", "warn"];
  return result.right ? ["right", "good"] : ["wrong", "bad"];
}

function row(result) {
  const details = make("details");
  const summary = make("summary");
  const shown = result.status === "failed" ? ["failed", "bad"] : state(result);
  summary.append(tag(...shown), tag(result.kind), result.question);
  if (result.blame) summary.append(" ", tag(result.blame.stage, "warn"));
  if (result.right === false) summary.append(make("div", result.wrong, "soft"));
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(inside(result));
  });
  return details;
}

function inside(result) {
  const box = make("div", undefined, "inside");
  const facts = [result.id, result.status];
  if (result.confidence !== null) facts.push(`confidence ${result.confidence.toFixed(3)}`);
  const seconds = times[result.id];
  if (seconds !== null && seconds !== undefined) facts.push(`${seconds.toFixed(3)} s`);
  box.append(make("p", facts.join(" · "), "soft"));
  for (const [asked, said] of result.history) {
    box.append(make("p", `Earlier: ${asked}`, "soft"), make("blockquote", said));
  }
  box.append(make("h3", "Answer"), make("blockquote", result.answer || result.error || "nothing"));
  box.append(...sentences(result), ...gold(result), ...sources(result));
  const scores = Object.entries(result.scores)
    .map(([name, v]) => `${name} ${Array.isArray(v) ? `${v[0]}/${v[1]}` : v}`);
  box.append(make("p", scores.join(" · "), "soft"));
  return box;
}

function sentences(result) {
  if (!result.sentences.length) return [];
  const list = make("ul");
  for (const said of result.sentences) {
    const item = make("li");
    const kind = { supported: "good", partial: "warn", unsupported: "bad" }[said.verdict] ?? "warn";
    const verdict = said.error ? "judge failed" : said.verdict ?? "not judged";
    item.append(tag(verdict, kind), said.text);
    if (said.cites.length) item.append(` [${said.cites.join("] [")}]`);
    const why = [...(said.reasons ?? []), said.error ?? ""].filter(Boolean).join("; ");
    if (why) item.append(make("div", why, "soft"));
    list.append(item);
  }
  return [make("h3", "Sentences and verdicts"), list];
}

function gold(result) {
  const { facts, answers, quotes, relevant } = result.gold;
  const list = make("ul");
  for (const fact of facts) list.append(make("li", `fact: ${fact.join(" | ")}`));
  for (const answer of answers) list.append(make("li", `answer: ${answer}`));
  for (const quote of quotes) list.append(make("li", `${quote.source}: “${quote.quote}”`));
  for (const name of Object.keys(relevant)) list.append(make("li", `document: ${name}`));
  if (result.answerable === null) list.append(make("li", "not known: nothing says what is right"));
  if (result.answerable === false) list.append(make("li", "the documents do not hold the answer: refusing is right"));
  return [make("h3", "What is right"), list];
}

function sources(result) {
  if (!result.passages.length) return [];
  const list = make("ol");
  for (const passage of result.passages) {
    const item = make("li");
    item.append(make("code", passage.source));
    if (result.blame?.passages.includes(list.childElementCount + 1)) item.append(" ", tag("look here", "warn"));
    if (passage.gold || passage.relevant) item.append(" ", tag("answers", "good"));
    item.append(highlight(passage.text, result.citations.map((c) => c.quote)));
    list.append(item);
  }
  return [make("h3", "Retrieved passages, with what is cited highlighted"), list];
}

// The passage with every cited quote, or the part of a quote that is in the passage, in <mark>.
function highlight(text, quotes) {
  const marked = new Uint8Array(text.length);
  for (const quote of quotes.filter(Boolean)) {
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
      marked.fill(1, at, at + quote.length);
    }
    if (quote.includes(text)) marked.fill(1);
  }
  const block = make("blockquote");
  for (let start = 0, end; start < text.length; start = end) {
    end = start + 1;
    while (end < text.length && marked[end] === marked[start]) end += 1;
    const part = text.slice(start, end);
    block.append(marked[start] ? make("mark", part) : part);
  }
  return block;
}

function latency() {
  const { p50, p95, n } = timing.latency;
  one("latency").textContent = n
    ? `median ${p50.toFixed(3)} s, 95th percentile ${p95.toFixed(3)} s, n=${n}` : "no answer was timed";
  const values = Object.values(times).filter((value) => value !== null);
  const top = Math.max(...values, 0.001);
  const counts = new Array(20).fill(0);
  for (const value of values) counts[Math.min(19, Math.floor((20 * value) / top))] += 1;
  const svg = one("seconds");
  svg.setAttribute("viewBox", "0 0 420 180");
  counts.forEach((count, place) => {
    const height = (140 * count) / Math.max(...counts);
    const size = { x: 20 + place * 19, y: 150 - height, width: 17, height, class: "bar" };
    svg.append(svgElement("rect", size));
  });
  const marks = [[20, "start", "0 s"], [400, "end", `${top.toFixed(2)} s`]];
  for (const [x, anchor, text] of marks) {
    const label = svgElement("text", { x, y: 168, "text-anchor": anchor });
    label.textContent = text;
    svg.append(label);
  }
}

function svgElement(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

latency();
for (const kind of new Set(data.map((result) => result.kind))) one("kind").append(make("option", kind));
for (const id of ["words", "which", "kind", "status", "verdict", "order"]) {
  one(id).addEventListener("input", () => { page = 0; draw(); });
}
one("back").addEventListener("click", () => { page -= 1; draw(); });
one("on").addEventListener("click", () => { page += 1; draw(); });
draw();
