// The card that an empty library shows in place of a conversation: drop, choose, or try samples.
import { button, element } from "../shared/dom.js";
import { picker, showAdding } from "./add.js";
import * as documents from "./documents.js";
import { addSamples } from "./upload.js";

const FORMATS =
  "PDF, Word, PowerPoint and Excel files, web pages, e-mails, pictures of pages, notes and plain text.";

const trySamples = () => {
  showAdding();
  addSamples();
};

const contents = () => {
  const { writable, samples } = documents.limits();
  if (!writable) {
    return [
      element("h2", {}, "There are no documents yet"),
      element("p", {}, "The person who runs this page adds them."),
    ];
  }
  return [
    element("h2", {}, "Drop your documents here"),
    element("p", {}, FORMATS),
    element("div", { class: "cs-first-buttons" },
      ...picker("Choose files", {}, showAdding),
      ...(samples ? [button("Try with sample documents", trySamples)] : []),
    ),
  ];
};

/** Makes the card; empty while there are documents. */
export const card = element("section", { class: "cs-first", "aria-label": "First documents", hidden: true });

export const drawCard = (hidden) => {
  card.hidden = hidden;
  if (!hidden && !card.children.length) card.append(element("div", {}, ...contents()));
};
