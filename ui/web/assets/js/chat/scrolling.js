// Keeps the newest question in view, and gives messages names for screen readers.

// Gradio labels each message with its own source, which here is HTML, and a screen reader would
// read the tags aloud.
const SPEAKERS = { user: "Question", bot: "Answer" };
const relabel = () => {
  for (const message of document.querySelectorAll("#cs-chat [data-testid][aria-label*='<']")) {
    message.setAttribute("aria-label", SPEAKERS[message.dataset.testid] || "Message");
  }
};

// The newest question stays at the top while its answer grows, so that an answer is read from its
// beginning, until the reader scrolls.
let questions = 0;
let kept = null;
const keepInView = () => {
  const rows = document.querySelectorAll("#cs-chat .user-row");
  if (rows.length > questions) kept = rows[rows.length - 1];
  questions = rows.length;
  const box = document.querySelector("#cs-chat .bubble-wrap");
  if (!kept || !box || !box.contains(kept)) return;
  box.scrollTop += kept.getBoundingClientRect().top - box.getBoundingClientRect().top - 16;
};
for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  document.addEventListener(
    moved,
    (event) => {
      if (event.target.closest?.("#cs-chat")) kept = null;
    },
    { passive: true },
  );
}
/** Changes the layout; what is read in the chat stays where it is on the screen. */
export const keepPlace = (change) => {
  const box = document.querySelector("#cs-chat .bubble-wrap");
  const top = box?.getBoundingClientRect().top;
  const parts = box ? [...box.querySelectorAll(".cs-question, .cs-lead, .cs-text, tr, li")] : [];
  const isSeen = (part) => part.getClientRects().length && part.getBoundingClientRect().bottom > top;
  const pressed = [document.activeElement, box?.querySelector("a.cs-current")].find((part) => part && box?.contains(part));
  const read = pressed && isSeen(pressed) ? pressed : parts.find(isSeen);
  const before = read?.getBoundingClientRect().top;
  change();
  if (read) box.scrollTop += read.getBoundingClientRect().top - before;
};

// Changes elsewhere, such as a message at the edge, move nothing here.
const isInChat = ({ target }) => Boolean((target.closest ? target : target.parentElement)?.closest("#cs-chat"));
new MutationObserver((changes) => {
  if (!changes.some(isInChat)) return;
  relabel();
  keepInView();
}).observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
