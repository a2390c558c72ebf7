// What is chosen for the next questions, and what there is to know about the library.
import { call, element, tell } from "./dom.js";
import { openPanel } from "./panel.js";
import { aboutButton, setOpen, settingsButton } from "./side.js";
import * as store from "./store.js";

let chosen = store.options();
const watchers = new Set();

/** Calls back when something else was chosen. */
export const watch = (watcher) => watchers.add(watcher);
export const options = () => chosen;

const choose = (name, value) => {
  chosen = { ...chosen, [name]: value };
  if (value === null) delete chosen[name];
  store.keepOptions(chosen);
  watchers.forEach((watcher) => watcher());
};

const asked = async () => {
  try {
    return await call("about");
  } catch (error) {
    tell(error.message);
    return null;
  }
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

const ANYWAY = [
  ["0.25", "Lenient: answers when it may be right"],
  ["0.5", "Balanced"],
  ["0.75", "Strict: answers when it is rather sure"],
];

const strictnessOf = (about) => {
  const value = String(chosen.min_confidence ?? about.min_confidence);
  const known = ANYWAY.some(([key]) => key === value);
  const entries = known ? ANYWAY : [[value, `As set: ${value}`], ...ANYWAY];
  return select("cs-strictness", entries, value, (picked) =>
    choose("min_confidence", Number(picked)),
  );
};

const answererOf = (about) =>
  select(
    "cs-answerer",
    about.chat_model
      ? [["chat", `${about.chat_model} writes`], ["own", "The documents' own sentences"]]
      : [["own", "The documents' own sentences"]],
    about.chat_model && !chosen.extractive ? "chat" : "own",
    (picked) => choose("extractive", picked === "own" && about.chat_model ? true : null),
  );

const THEMES = [["system", "As the system has it"], ["light", "Light"], ["dark", "Dark"]];
/** Gradio goes by the system alone; to be called again once it has. */
export const themed = () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const wanted = store.options().theme || "system";
  document.body.classList.toggle("dark", wanted === "dark" || (wanted === "system" && dark));
};

const openSettings = async () => {
  setOpen(false);
  const about = await asked();
  if (!about) return;
  const passages = element("input", {
    id: "cs-passages",
    type: "number",
    min: "1",
    max: "50",
    value: String(chosen.passages ?? about.passages),
    onchange: () => {
      if (passages.checkValidity() && passages.value) choose("passages", Number(passages.value));
    },
  });
  const strict = element("input", {
    id: "cs-strict",
    type: "checkbox",
    checked: chosen.strict ?? about.strict,
    onchange: () => choose("strict", strict.checked),
  });
  const fields = [
    field(
      "Answers come from",
      answererOf(about),
      about.chat_model
        ? ""
        : "No chat model is configured; start with --chat-model to have one write.",
    ),
    field("Strictness", strictnessOf(about), "How sure the documents must hold the answer."),
    field("Passages searched", passages, "More find more and take longer."),
  ];
  if (about.chat_model) {
    fields.push(
      element(
        "div",
        { class: "cs-field cs-check" },
        strict,
        element("label", { for: "cs-strict" }, "Leave out sentences that their sources do not support"),
      ),
    );
  }
  fields.push(
    field(
      "Colours",
      select("cs-theme", THEMES, chosen.theme || "system", (picked) => {
        choose("theme", picked === "system" ? null : picked);
        themed();
      }),
    ),
    element("p", { class: "cs-hint" }, "Kept in this browser, for the next questions."),
  );
  openPanel({ title: "Settings", content: [element("div", { class: "cs-page" }, ...fields)] });
};

const openAbout = async () => {
  setOpen(false);
  const about = await asked();
  if (!about) return;
  const where = about.chat_address || "the provider's own address";
  const facts = [
    ["Documents", about.documents.toLocaleString("en")],
    ["Chunks", about.chunks.toLocaleString("en")],
    ["Embedding model", about.embedding_model],
    ["Answers", about.chat_model ? `${about.chat_model} at ${where}` : "the documents' own sentences"],
    ...(about.reranker ? [["Reranker", about.reranker]] : []),
    ["Version", about.version],
  ];
  const rows = facts.flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
  const local = about.chat_model
    ? "Documents, search and history stay on this machine; questions and passages go to the chat model."
    : "All of it runs on this machine; nothing is sent anywhere else.";
  const keys = [
    ["Enter", "ask; Shift and Enter begin a new line"],
    ["/", "go to the question box"],
    ["Tab, Enter", "reach and open a mark"],
    ["Esc", "close the panel"],
  ].flatMap(([key, does]) => [
    element("dt", {}, element("kbd", {}, key)),
    element("dd", {}, does),
  ]);
  openPanel({
    title: "About this library",
    content: [
      element(
        "div",
        { class: "cs-page" },
        element("dl", { class: "cs-facts" }, ...rows),
        element("p", {}, local),
        element(
          "p",
          {},
          "Conversations are kept in this browser alone. Thumbs are kept in the library's folder.",
        ),
        element("h3", {}, "Keys"),
        element("dl", { class: "cs-facts" }, ...keys),
      ),
    ],
  });
};

settingsButton.addEventListener("click", openSettings);
aboutButton.addEventListener("click", openAbout);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
themed();
