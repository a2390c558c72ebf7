"use strict";
// Everything is put into the page as text: no answer, question or document can be markup.

const data = JSON.parse(document.getElementById("cases").textContent);
const timed = JSON.parse(document.getElementById("times").textContent);
const times = timed.seconds;
const PAGE = 20;
let shown = 0;

const one = (id) => document.getElementById(id);

function make(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
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

// What a person looks at first: failed, then wrong, then by the mean of what was measured.
function mean(row) {
  if (row.status === "failed") return -2;
  const values = Object.values(row.scores).map((v) => (Array.isArray(v) ? v[0] / v[1] : v));
  const average = values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;
  return (row.right ? 0 : -1) + average;
}

function chosen() {
  const words = one("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [which, kind, status] = ["which", "kind", "status"].map((id) => one(id).value);
  const judged = one("verdict").value;
  const rows = data.filter((row) => {
    if (which === "wrong" && row.right) return false;
    if (which === "right" && !row.right) return false;
    if (kind && row.kind !== kind) return false;
    if (status && row.status !== status) return false;
    if (judged === "failed" && !row.sentences.some((s) => s.error)) return false;
    if (judged && judged !== "failed" && !row.sentences.some((s) => s.verdict === judged)) return false;
    const text = `${row.id} ${row.question} ${row.answer}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const order = ORDERS[one("order").value];
  return rows.map((row, place) => [row, place])
    .sort((a, b) => order(a[0], b[0]) || a[1] - b[1]).map(([row]) => row);
}

function draw() {
  const rows = chosen();
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  shown = Math.min(shown, pages - 1);
  one("list").replaceChildren(...rows.slice(shown * PAGE, (shown + 1) * PAGE).map(row));
  one("count").textContent =
    `${rows.length} of ${data.length} cases, page ${shown + 1} of ${pages}`;
  one("back").disabled = shown === 0;
  one("on").disabled = shown >= pages - 1;
}

function row(found) {
  const details = make("details");
  const summary = make("summary");
  const state = found.status === "failed" ? ["failed", "bad"] : found.right ? ["right", "good"] : ["wrong", "bad"];
  summary.append(tag(...state), tag(found.kind), found.question);
  if (!found.right) summary.append(make("div", found.wrong, "soft"));
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(inside(found));
  });
  return details;
}

function inside(found) {
  const box = make("div", undefined, "inside");
  const facts = [found.id, found.status];
  if (found.confidence !== null) facts.push(`confidence ${found.confidence.toFixed(3)}`);
  const seconds = times[found.id];
  if (seconds !== null && seconds !== undefined) facts.push(`${seconds.toFixed(3)} s`);
  box.append(make("p", facts.join(" · "), "soft"));
  for (const [asked, said] of found.history) {
    box.append(make("p", `Earlier: ${asked}`, "soft"), make("blockquote", said));
  }
  box.append(make("h3", "Answer"), make("blockquote", found.answer || found.error || "nothing"));
  box.append(...sentences(found), ...gold(found), ...sources(found));
  const scores = Object.entries(found.scores)
    .map(([name, v]) => `${name} ${Array.isArray(v) ? `${v[0]}/${v[1]}` : v}`);
  box.append(make("p", scores.join(" · "), "soft"));
  return box;
}

function sentences(found) {
  if (!found.sentences.length) return [];
  const list = make("ul");
  for (const said of found.sentences) {
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

function gold(found) {
  const { facts, answers, quotes, relevant } = found.gold;
  const list = make("ul");
  for (const fact of facts) list.append(make("li", `fact: ${fact.join(" | ")}`));
  for (const answer of answers) list.append(make("li", `answer: ${answer}`));
  for (const quote of quotes) list.append(make("li", `${quote.source}: “${quote.quote}”`));
  for (const name of Object.keys(relevant)) list.append(make("li", `document: ${name}`));
  if (!found.answerable) list.append(make("li", "the documents do not say: a refusal is right"));
  return [make("h3", "What is right"), list];
}

function sources(found) {
  if (!found.passages.length) return [];
  const list = make("ol");
  for (const passage of found.passages) {
    const item = make("li");
    item.append(make("code", passage.source));
    if (passage.gold || passage.relevant) item.append(" ", tag("answers", "good"));
    item.append(highlighted(passage.text, found.citations.map((c) => c.quote)));
    list.append(item);
  }
  return [make("h3", "Retrieved, what is cited marked"), list];
}

// The passage with every cited quote, or the part of one that reaches into it, in <mark>.
function highlighted(text, quotes) {
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
  const { p50, p95, n } = timed.latency;
  one("latency").textContent = n
    ? `median ${p50.toFixed(3)} s, 95 % below ${p95.toFixed(3)} s, n=${n}` : "nothing was timed";
  const values = Object.values(times).filter((value) => value !== null);
  const top = Math.max(...values, 0.001);
  const counts = new Array(20).fill(0);
  for (const value of values) counts[Math.min(19, Math.floor((20 * value) / top))] += 1;
  const svg = one("seconds");
  svg.setAttribute("viewBox", "0 0 420 180");
  counts.forEach((count, place) => {
    const height = (140 * count) / Math.max(...counts);
    const size = { x: 20 + place * 19, y: 150 - height, width: 17, height, class: "bar" };
    svg.append(drawn("rect", size));
  });
  const marks = [[20, "start", "0 s"], [400, "end", `${top.toFixed(2)} s`]];
  for (const [x, anchor, text] of marks) {
    const label = drawn("text", { x, y: 168, "text-anchor": anchor });
    label.textContent = text;
    svg.append(label);
  }
}

function drawn(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

latency();
for (const kind of new Set(data.map((found) => found.kind))) one("kind").append(make("option", kind));
for (const id of ["words", "which", "kind", "status", "verdict", "order"]) {
  one(id).addEventListener("input", () => { shown = 0; draw(); });
}
one("back").addEventListener("click", () => { shown -= 1; draw(); });
one("on").addEventListener("click", () => { shown += 1; draw(); });
draw();
