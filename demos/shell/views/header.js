import { plain } from "modou/shell/views/address.js";
import { h } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";

// The carpenter's ink pot: a pot, a wheel, and the line it snaps.
const inkPot = () => svg("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" },
  svg("path", { class: "ink", d: "M5 27h30a0 0 0 0 1 0 0c0 6-4 11-10 11H15C9 38 5 33 5 27z" }),
  svg("path", { class: "ink", d: "M20 8a9 9 0 1 0 .01 0zM20 13a4 4 0 1 1-.01 0z" }),
  svg("path", { class: "line", d: "M34 29 L46 14" }),
  svg("path", { class: "dot", d: "M44 12.500a2.500 2.500 0 1 0 .01 0z" }));

// Paper is light, whatever the screen is.
const lightOnPaper = () => {
  let isDark = false;
  matchMedia("print").addEventListener("change", ({ matches }) => {
    if (matches) isDark = document.body.classList.contains("dark");
    if (isDark) document.body.classList.toggle("dark", !matches);
  });
};

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  const draw = () => {
    const switchLanguage = () => {
      const next = zh ? "en" : "zh";
      try {
        localStorage.setItem("modou-lang", next);
      } catch { /* no storage in this iframe: the query below carries the language */ }
      // The page is built anew in the other language. What was typed (typed.js) is newer than what a link brought.
      const url = plain();
      url.searchParams.set("lang", next);
      location.href = url.href;
    };
    const switchTheme = () => {
      const dark = document.body.classList.toggle("dark");
      const url = new URL(location.href);
      url.searchParams.set("__theme", dark ? "dark" : "light");
      history.replaceState(null, "", url);
    };
    root.replaceChildren(
      h("div", { class: "brand" }, inkPot(),
        h("div", {},
          h("h1", {}, say("墨斗", "Modou"), h("small", {}, say(" Modou", " 墨斗"))),
          h("p", {}, say("中文自然语言处理，小模型，全在本机", "Chinese NLP with small models, all on this machine")))),
      h("div", { class: "switches" },
        h("button", { type: "button", id: "modou-present", onclick: () => window.dispatchEvent(new CustomEvent("modou-present")), "aria-label": say("演示模式", "Present") },
          say("演示", "Present")),
        h("button", { type: "button", id: "modou-language", onclick: switchLanguage, "aria-label": say("Switch to English", "切换到中文") },
          say("English", "中文")),
        h("button", { type: "button", id: "modou-theme", onclick: switchTheme, "aria-label": say("切换明暗", "Switch light and dark") }, "◐")));
  };
  lightOnPaper();

  return draw;
};
