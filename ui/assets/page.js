// The source panel: opens what a mark points at, beside the chat. Everything it shows was escaped
// by the server (ui/viewer.py); titles and messages are set as text.
"use strict";

(() => {
  const LINK = /^#source\/([^/]+)\/(\d+)\/(\d+)$/;
  let opener = null;
  let request = 0;

  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  const title = element("h2", { id: "cs-panel-title" });
  const file = element("p", { class: "cs-file" });
  const notice = element("p", { class: "cs-notice", role: "status" });
  const text = element("div", { class: "cs-source-text", tabindex: "0", role: "document" });
  text.setAttribute("aria-labelledby", "cs-panel-title");
  const close = element("button", { type: "button", class: "cs-close" }, "Close");
  const panel = element(
    "aside",
    { id: "cs-panel", "aria-labelledby": "cs-panel-title", hidden: "" },
    element("header", {}, element("div", {}, title, file), close),
    notice,
    text,
  );

  const behind = () => document.querySelector("gradio-app");

  const show = (view) => {
    title.textContent = view.title;
    file.textContent = view.source === view.title ? "" : view.source;
    notice.textContent = view.notice;
    notice.hidden = !view.notice;
    text.innerHTML = view.html;
    panel.hidden = false;
    // Where the panel covers the page, what lies behind it is out of reach.
    behind().inert = matchMedia("(max-width: 59.99rem)").matches;
    document.body.classList.add("cs-reading");
    const span = text.querySelector("mark");
    if (!span) {
      close.focus();
      return;
    }
    // Against the panel's own scrolling box, so that the page behind never moves.
    const top = span.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += top - Math.max(24, (text.clientHeight - span.offsetHeight) / 3);
    span.focus({ preventScroll: true });
  };

  const failed = (message) => show({ title: "Source", source: "", notice: message, html: "" });

  const open = async (link) => {
    const found = LINK.exec(link.getAttribute("href"));
    if (!found) return;
    opener = link;
    for (const other of document.querySelectorAll(".cs-current")) {
      other.classList.remove("cs-current");
    }
    link.classList.add("cs-current");
    const mine = ++request;
    let view;
    try {
      const answer = await fetch(`page/source/${found[1]}/${found[2]}/${found[3]}`);
      const body = await answer.json();
      view = answer.ok ? body : null;
      if (mine !== request) return;
      if (!view) failed(typeof body.detail === "string" ? body.detail : "Not found.");
    } catch {
      if (mine === request) failed("The server does not answer. Is it still running?");
      return;
    }
    if (view) show(view);
  };

  const shut = () => {
    if (panel.hidden) return;
    request += 1;
    panel.hidden = true;
    behind().inert = false;
    document.body.classList.remove("cs-reading");
    text.replaceChildren();
    for (const link of document.querySelectorAll(".cs-current")) {
      link.classList.remove("cs-current");
    }
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.cs-open");
    if (link) {
      event.preventDefault();
      open(link);
    } else if (event.target.closest("#cs-new")) {
      shut();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  close.addEventListener("click", shut);

  // Gradio labels each message with its own source, which here is HTML, and a screen reader would
  // read the tags aloud.
  const SPEAKERS = { user: "Question", bot: "Answer" };
  const relabel = () => {
    for (const message of document.querySelectorAll("#cs-chat [data-testid][aria-label*='<']")) {
      message.setAttribute("aria-label", SPEAKERS[message.dataset.testid] || "Message");
    }
  };

  // The newest question stays at the top while its answer grows, so that an answer is read from
  // its beginning, until the reader scrolls.
  let questions = 0;
  let kept = null;
  const keep = () => {
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
        if (event.target.closest("#cs-chat")) kept = null;
      },
      { passive: true },
    );
  }
  new MutationObserver(() => {
    relabel();
    keep();
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-label"] });

  document.body.append(panel);
})();
