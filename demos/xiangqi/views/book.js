// The pages beside the board, of which one is shown.
import { h, lookup } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/**
 * @param {Record<string, HTMLElement>} pages
 * @param {(name: string) => void} showPage
 */
export const makeBook = (pages, showPage) => {
  const buttons = [
    ["moves", say("着法", "Moves")], ["review", say("分析", "Review")], ["files", say("棋谱", "Files")], ["editor", say("摆局", "Set up")],
  ].map(([name, label]) => h("button", {
    type: "button", role: "tab", id: `xiangqi-tab-${name}`, "aria-controls": `xiangqi-page-${name}`, "data-page": name, onclick: () => showPage(name),
  }, label));
  const tabs = h("div", { class: "tabs", role: "tablist" }, buttons);
  tabs.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = buttons.findIndex((tab) => tab === document.activeElement);
    const to = lookup({ ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }, event.key);
    if (at < 0 || to === undefined) return;
    const tab = buttons[(to + buttons.length) % buttons.length];
    showPage(tab.dataset.page ?? "");
    tab.focus();
    event.preventDefault();
    // Or the page would step through the moves as well.
    event.stopPropagation();
  });
  const book = h("div", { class: "book" }, tabs, Object.entries(pages).map(([name, page]) => {
    for (const [key, value] of Object.entries({ role: "tabpanel", id: `xiangqi-page-${name}`, "aria-labelledby": `xiangqi-tab-${name}` })) page.setAttribute(key, value);
    page.classList.add("page");
    return page;
  }));

  /** @param {string} name */
  const show = (name) => {
    for (const tab of buttons) {
      tab.setAttribute("aria-selected", String(tab.dataset.page === name));
      tab.tabIndex = tab.dataset.page === name ? 0 : -1;
    }
    for (const [other, page] of Object.entries(pages)) page.hidden = other !== name;
  };
  return { node: book, show };
};
