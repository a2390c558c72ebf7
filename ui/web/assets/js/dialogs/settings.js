// The Settings dialog: choices for the next questions, and the theme.
import * as storage from "../shared/browser_storage.js";
import { element } from "../shared/dom.js";
import { applyTheme } from "../shared/theme.js";
import { whenPressed } from "../side/side.js";
import { fetchAbout } from "./about.js";
import { openDialog } from "./dialog.js";

let chosen = storage.settings();
const watchers = new Set();

/** Calls back when a setting has changed. */
export const watch = (watcher) => watchers.add(watcher);
export const current = () => chosen;

const choose = (name, value) => {
  chosen = { ...chosen, [name]: value };
  if (value === null) delete chosen[name];
  storage.saveSettings(chosen);
  watchers.forEach((watcher) => watcher());
};

const field = (label, control, hint) =>
  element(
    "div",
    { class: "cs-field" },
    element("label", { for: control.id }, label),
    control,
    hint ? element("p", { class: "cs-hint", id: `${control.id}-hint` }, hint) : "",
  );

const select = (id, entries, value, change) => {
  const made = element("select", { id, onchange: () => change(made.value) });
  for (const [key, label] of entries) {
    made.append(element("option", { value: key, selected: key === value }, label));
  }
  return made;
};

const CONFIDENCES = [
  ["0.25", "Low: more answers, more of them wrong"],
  ["0.45", "Medium"],
  ["0.75", "High: fewer answers, fewer of them wrong"],
];

const confidenceField = (about) => {
  const value = String(chosen.min_confidence ?? about.min_confidence);
  const known = CONFIDENCES.some(([key]) => key === value);
  const entries = known ? CONFIDENCES : [[value, `Set on the server: ${value}`], ...CONFIDENCES];
  return field(
    "Minimum confidence",
    select("cs-confidence", entries, value, (picked) => choose("min_confidence", Number(picked))),
    "Below it, the answer is that the documents do not say.",
  );
};

const LENGTHS = [
  ["short", "Short: one sentence"],
  ["normal", "Normal: two sentences, more on demand"],
  ["full", "Full: every sentence that adds something"],
];

const lengthField = (about) =>
  field(
    "Length of answers",
    select("cs-length", LENGTHS, chosen.answer_length ?? about.answer_length, (picked) =>
      choose("answer_length", picked),
    ),
    about.chat_model ? "For answers in sentences from the documents." : "",
  );

const answererField = (about) => {
  const entries = [["own", "Sentences from the documents"]];
  if (about.chat_model) entries.unshift(["chat", `Written by ${about.chat_model}`]);
  const value = about.chat_model && !chosen.extractive ? "chat" : "own";
  return field(
    "Answers",
    select("cs-answerer", entries, value, (picked) =>
      choose("extractive", picked === "own" && about.chat_model ? true : null),
    ),
    about.chat_model ? "" : "No chat model is set up on this server.",
  );
};

const passagesField = (about) => {
  const control = element("input", {
    id: "cs-passages",
    type: "number",
    min: "1",
    max: "50",
    value: String(chosen.passages ?? about.passages),
    onchange: () => {
      if (control.checkValidity() && control.value) choose("passages", Number(control.value));
    },
  });
  return field("Passages per question", control, "A passage is a part of a document. With more passages, answers take longer.");
};

const strictField = (about) => {
  const control = element("input", {
    id: "cs-strict",
    type: "checkbox",
    checked: chosen.strict ?? about.strict,
    onchange: () => choose("strict", control.checked),
  });
  const label = "Hide sentences that their sources do not support";
  return element(
    "div",
    { class: "cs-field cs-check" },
    control,
    element("label", { for: control.id }, label),
  );
};

const THEMES = [["system", "Like this device"], ["light", "Light"], ["dark", "Dark"]];
const themeField = () =>
  field(
    "Theme",
    select("cs-theme", THEMES, chosen.theme || "system", (picked) => {
      choose("theme", picked === "system" ? null : picked);
      applyTheme();
    }),
  );

const openSettings = async () => {
  const about = await fetchAbout();
  if (!about) return;
  const fields = [
    answererField(about),
    lengthField(about),
    confidenceField(about),
    passagesField(about),
    ...(about.chat_model ? [strictField(about)] : []),
    themeField(),
    element("p", { class: "cs-hint" }, "Saved in this browser. Changes apply to the next question."),
  ];
  openDialog("Settings", ...fields);
};

whenPressed("settings", openSettings);
