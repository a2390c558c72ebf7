// The dialog "About this library": what it holds, which models answer, keyboard shortcuts.
import { call, element, showMessage } from "../shared/dom.js";
import { whenPressed } from "../side/side.js";
import { openDialog } from "./dialog.js";

/** Fetches what the server tells about itself; null after an error, which is shown. */
export const fetchAbout = async () => {
  try {
    return await call("about");
  } catch (error) {
    showMessage(error.message);
    return null;
  }
};

const KEYS = [
  ["Enter", "ask; Shift+Enter starts a new line"],
  ["/", "go to the question box"],
  ["Tab, Enter", "go to a source and open it"],
  ["Esc", "close what is open beside the chat"],
];

const openAbout = async () => {
  const about = await fetchAbout();
  if (!about) return;
  const where = about.chat_address || "the provider's address";
  const facts = [
    ["Documents", about.documents.toLocaleString("en")],
    ["Passages", about.chunks.toLocaleString("en")],
    ["Embedding model", about.embedding_model],
    ["Answers", about.chat_model ? `${about.chat_model} at ${where}` : "sentences from the documents"],
    ...(about.reranker ? [["Reranker", about.reranker]] : []),
    ["Version", about.version],
  ];
  const rows = facts.flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
  const privacy = about.chat_model
    ? "Documents, search and history stay on this server. Questions and passages are sent to the chat model."
    : "Everything runs on this server; nothing is sent anywhere else.";
  const keys = KEYS.flatMap(([key, does]) => [
    element("dt", {}, element("kbd", {}, key)),
    element("dd", {}, does),
  ]);
  const kept = "Conversations are saved only in this browser. Ratings are saved in the library.";
  openDialog(
    "About this library",
    element("dl", { class: "cs-facts" }, ...rows),
    element("p", {}, privacy),
    element("p", {}, kept),
    element("h3", {}, "Keyboard shortcuts"),
    element("dl", { class: "cs-facts" }, ...keys),
  );
};

whenPressed("about", openAbout);
