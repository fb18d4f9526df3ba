// The pages beside the board, of which one is shown.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

export const makeBook = (pages, showPage) => {
  const tabs = h("div", { class: "tabs", role: "tablist" }, [
    ["moves", say("着法", "Moves")], ["review", say("分析", "Review")], ["files", say("棋谱", "Files")], ["editor", say("摆局", "Set up")],
  ].map(([name, label]) => h("button", {
    type: "button", role: "tab", id: `xiangqi-tab-${name}`, "aria-controls": `xiangqi-page-${name}`, "data-page": name, onclick: () => showPage(name),
  }, label)));
  tabs.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...tabs.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    const tab = all[(to + all.length) % all.length];
    showPage(tab.dataset.page);
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

  const show = (name) => {
    for (const tab of tabs.children) {
      tab.setAttribute("aria-selected", String(tab.dataset.page === name));
      tab.tabIndex = tab.dataset.page === name ? 0 : -1;
    }
    for (const [other, page] of Object.entries(pages)) page.hidden = other !== name;
  };
  return { node: book, show };
};
