// What was typed survives a page that is read anew, whoever has it read anew: the visitor, the other language, the back
// button, or Gradio where the connection broke. Each box has an entry of its own in the storage of this browser tab, so
// that one that is too long for it loses no other.
import { isCarrying, plain } from "modou/shell/views/address.js";

const KEY = "modou-typed:";
const PAUSE = 300;

/**
 * @param {string} id
 * @param {string} text
 */
const keep = (id, text) => {
  try {
    sessionStorage.removeItem(KEY + id);
    if (text) sessionStorage.setItem(KEY + id, text);
  } catch { /* full, or off in an iframe */ }
};

/** @returns {Map<string, string>} the texts of the page before, by the ids of their boxes */
const kept = () => {
  try {
    return new Map(Object.keys(sessionStorage).filter((key) => key.startsWith(KEY))
      .map((key) => [key.slice(KEY.length), sessionStorage.getItem(key) ?? ""]));
  } catch {
    return new Map();
  }
};

// Those inside our views belong to a result, which is gone with the page.
/**
 * @param {EventTarget | null} area
 * @returns {[string, HTMLTextAreaElement] | null}
 */
const boxOf = (area) => {
  if (!(area instanceof HTMLTextAreaElement) || area.closest(".modou-view")) return null;
  const box = area.closest("[id]");
  return box && [box.id, area];
};

const keepAll = () => {
  for (const area of document.querySelectorAll("textarea")) {
    const found = boxOf(area);
    if (found && !waiting.has(found[0])) keep(found[0], found[1].value);
  }
};

// Tabs are built when they are first looked at, and their boxes wait for that.
const waiting = kept();

const restore = () => {
  for (const [id, text] of waiting) {
    const area = document.getElementById(id)?.querySelector("textarea");
    if (!(area instanceof HTMLTextAreaElement)) continue;
    waiting.delete(id);
    // What a link filled in meanwhile is newer.
    if (area.value) continue;
    // As a visitor would, so that Gradio takes it in.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!waiting.size) coming.disconnect();
};
// Once Gradio has put its listeners on what it built.
const coming = new MutationObserver(() => setTimeout(restore));
if (waiting.size) coming.observe(document, { childList: true, subtree: true });

let later = 0;
document.addEventListener("input", (event) => {
  const found = boxOf(event.target);
  if (!found) return;
  clearTimeout(later);
  later = setTimeout(keepAll, PAUSE);
  // From now on the link would fill in something older. A presentation fills in its own at every step.
  if (event.isTrusted && isCarrying() && !new URLSearchParams(location.search).has("present")) history.replaceState(history.state, "", plain());
});
// Examples and files fill boxes without an event.
window.addEventListener("pagehide", keepAll);
document.addEventListener("visibilitychange", () => { if (document.hidden) keepAll(); });
