// The page's address: the tab that is shown, and what a link brought along.

// What a link fills in, as `demos/shell/links.py` knows it, and where a presentation stands.
export const CARRIED = ["text", "mode", "passage", "a", "b", "model", "moves", "fen", "example", "question", "present", "deck", "step"];

/** The address without what a link brought along. */
export const plain = () => {
  const url = new URL(location.href);
  for (const name of CARRIED) url.searchParams.delete(name);
  return url;
};

/** Whether a link brought something to be filled in. */
export const isCarrying = () => CARRIED.some((name) => name !== "mode" && new URLSearchParams(location.search).has(name));

const shownButton = () => document.querySelector("#modou-tabs > .tab-wrapper [role=tab][aria-selected=true]");

/** The tab that is shown, by name. */
export const shownTab = () => shownButton()?.dataset.tabId || "";

const FIRST = "home";
const namedTab = () => new URLSearchParams(location.search).get("tab") || FIRST;

// The window, the list of the way back and paper (header.css) say which tab they show.
const sayTab = () => {
  const title = shownTab() === FIRST ? "" : shownButton()?.textContent.trim() || "";
  document.title = title ? `${title} · 墨斗 Modou` : "墨斗 Modou";
  document.documentElement.style.setProperty("--modou-tab", JSON.stringify(title && ` · ${title}`));
};

// The tab that is shown is in the address, so that a reload opens it again and the way back leads through those before.
/**
 * @param {boolean} byHand whether the visitor chose it, and not a link
 */
export const noteTab = (byHand) => {
  const tab = shownTab();
  if (!tab || tab === namedTab()) return;
  const url = byHand ? plain() : new URL(location.href);
  if (tab === FIRST) url.searchParams.delete("tab");
  else url.searchParams.set("tab", tab);
  if (byHand) history.pushState(null, "", url);
  else history.replaceState(history.state, "", url);
};

/**
 * @param {(tab: string) => void} open the tab that the address names after a step back or forward
 * @param {(tab: string) => void} opened is told of every other tab that is shown
 */
export const followTabs = (open, opened) => {
  let last = shownTab();
  sayTab();
  window.addEventListener("popstate", () => { if (namedTab() !== shownTab()) open(namedTab()); });
  const tabs = document.getElementById("modou-tabs");
  if (!tabs) return;
  new MutationObserver(() => {
    const now = shownTab();
    if (!now || now === last) return;
    last = now;
    sayTab();
    opened(now);
  }).observe(tabs, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });
};
