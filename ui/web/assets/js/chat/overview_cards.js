// Cards on the start page, one for each of the newest documents: what it says, its sections, and
// questions that it answers. The server has escaped the texts (ui/web/documents/overview_cards.py).
import { button, element } from "../shared/dom.js";
import * as conversation from "./conversation.js";

export const cards = element("div", { id: "cs-cards", role: "group", "aria-label": "Your documents", hidden: true });

const linkTo = ({ html, link }, name) => {
  const made = element("a", { class: `cs-open ${name}`, href: link });
  made.innerHTML = html;
  return made;
};

const cardOf = ({ title, kind, link, sentences, headings, questions }) =>
  element(
    "article",
    { class: "cs-overview" },
    element(
      "h2",
      {},
      element("span", { class: `cs-icon cs-icon-${kind}` }),
      element("a", { class: "cs-open", href: link }, title),
    ),
    element("p", {}, ...sentences.flatMap((each) => [linkTo(each, "cs-said"), " "])),
    ...(headings.length
      ? [element("p", { class: "cs-sections" }, ...headings.flatMap((each) => [linkTo(each, "cs-section"), " "]))]
      : []),
    element(
      "div",
      { class: "cs-questions" },
      ...questions.map((question) => button(question, () => conversation.ask(question))),
    ),
  );

/** Shows the cards, as far as they are made. */
export const drawCards = (made) => cards.replaceChildren(...made.map(cardOf));
