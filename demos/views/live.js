// What screen readers are told. A view draws its lines anew, and a line that comes with its text is not read: so one
// region, which is always there, repeats them.

const PAUSE = 3000;
const SETTLE = 200;
const HIDDEN = "position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
const LINES = [".summary", ".reading", ".told", ".progress", ".nothing", ".refusal"].map((name) => `${name}[role=status]`).join();

const region = document.createElement("div");
region.id = "modou-live";
region.style.cssText = HIDDEN;
region.setAttribute("role", "status");
region.setAttribute("aria-live", "polite");

/** @type {Map<HTMLElement, string>} what is to be told, by view */
const waiting = new Map();
let last = 0;
let timer = 0;

const tell = () => {
  last = Date.now();
  region.textContent = [...waiting.values()].join(" ");
  waiting.clear();
};

/**
 * The lines of a view that tell how far it is and what it found.
 *
 * @param {HTMLElement} root
 */
export const linesOf = (root) => [...root.querySelectorAll(LINES)]
  .filter((line) => line.checkVisibility()).map((line) => line.textContent.trim()).filter(Boolean).join(" ");

/**
 * Tells what a view says now: the latest, where it changes faster than anybody listens.
 *
 * @param {HTMLElement} root
 * @param {string} text
 */
export const announce = (root, text) => {
  if (!region.isConnected) document.body.append(region);
  waiting.set(root, text);
  clearTimeout(timer);
  timer = setTimeout(tell, Math.max(SETTLE, last + PAUSE - Date.now()));
};
