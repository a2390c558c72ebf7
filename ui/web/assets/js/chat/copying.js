// Copies answers as people read them: with the numbers of their citations, without the words that
// only screen readers read.
import { element } from "../shared/dom.js";

const UNREAD = ".cs-spoken, .cs-actions, .cs-steps, .cs-badge, button";

export const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS, browsers offer only this clipboard.
    const field = element("textarea", { class: "cs-spoken" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};

document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (event.target.closest?.("input, textarea") || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!document.querySelector("#cs-chat")?.contains(range.commonAncestorContainer)) return;
  const copied = element("div", { class: "cs-copied" }, range.cloneContents());
  for (const part of copied.querySelectorAll(UNREAD)) part.remove();
  for (const mark of copied.querySelectorAll("a.cs-mark, a.cs-number")) {
    mark.replaceWith(`[${mark.textContent.replace(/\D/g, "")}]`);
  }
  document.body.append(copied); // line breaks are known only of what is laid out
  event.clipboardData.setData("text/plain", copied.innerText.trim());
  event.clipboardData.setData("text/html", copied.innerHTML);
  copied.remove();
  event.preventDefault();
});
