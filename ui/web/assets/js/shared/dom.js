// Makes elements, calls the server, shows short messages. Texts of people and documents are inserted
// as text; only HTML that the server has escaped is inserted as HTML.

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

export const button = (label, press, attributes = {}) =>
  element("button", { type: "button", class: "cs-button", onclick: press, ...attributes }, label);

/** A button with an icon; screen readers read its label, which is also its tooltip. */
export const iconButton = (icon, label, press, attributes = {}) =>
  element(
    "button",
    {
      type: "button",
      class: `cs-icon-button cs-icon cs-icon-${icon}`,
      title: label,
      onclick: press,
      ...attributes,
    },
    element("span", { class: "cs-spoken" }, label),
  );

const UNREACHABLE = "The server does not respond. Is it still running?";

/** Fetches JSON from an address of this server; throws an Error with a sentence for the person. */
export const call = async (path, options = {}) => {
  let answer;
  try {
    answer = await fetch(`page/${path}`, options);
  } catch {
    throw new Error(UNREACHABLE);
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Error(typeof body.detail === "string" ? body.detail : UNREACHABLE);
};

export const post = (path, content) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });

const toasts = element("div", { id: "cs-toasts", role: "status", "aria-live": "polite" });
document.body.append(toasts);

/** Shows a short message at the edge, with a button if there is an action: { label, press }. */
export const showMessage = (message, action = null, seconds = 8) => {
  const toast = element("div", { class: "cs-toast" }, element("span", {}, message));
  const close = () => toast.remove();
  if (action) {
    toast.append(
      button(action.label, () => {
        close();
        action.press();
      }),
    );
  }
  toast.append(iconButton("close", "Dismiss", close));
  toasts.replaceChildren(toast);
  setTimeout(close, seconds * 1000);
};

export const isNarrow = () => matchMedia("(max-width: 59.99rem)").matches;

/** Offers a text as a file. */
export const download = (name, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

/** Waits for an element that Gradio makes. */
export const waitFor = (selector) =>
  new Promise((found) => {
    const look = () => {
      const there = document.querySelector(selector);
      if (there) found(there);
      return Boolean(there);
    };
    if (look()) return;
    const watcher = new MutationObserver(() => look() && watcher.disconnect());
    watcher.observe(document.body, { childList: true, subtree: true });
  });
