// A dialog over the page: Escape, Back, its button and a click beside it close it.
import { enter, leave } from "../shared/back.js";
import { element, iconButton } from "../shared/dom.js";

/** Opens a dialog; returns the function that closes it. */
export const openDialog = (title, ...content) => {
  const close = () => dialog.close();
  const dialog = element(
    "dialog",
    {
      class: "cs-dialog",
      "aria-labelledby": "cs-dialog-title",
      onclick: (event) => event.target === dialog && close(),
      onclose: () => {
        leave(close);
        dialog.remove();
      },
    },
    element("header", {}, element("h2", { id: "cs-dialog-title" }, title), iconButton("close", "Close", close)),
    element("div", { class: "cs-page" }, ...content),
  );
  document.body.append(dialog);
  dialog.showModal();
  enter(close);
  return close;
};
