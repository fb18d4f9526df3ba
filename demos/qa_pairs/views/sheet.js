// The pairs as a sheet of paper: questions with room to answer, and on a page of their own the answers. It is laid out in
// a frame, so that nothing else of the page is printed.

import { LETTERS, optionsOf } from "modou/qa_pairs/views/options.js";
import { focused, h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @import { Choices, Pair } from "modou/qa_pairs/views/asking.js" */

const PAPER = `
@page { size: A4; margin: 18mm 16mm; }
* { box-sizing: border-box; }
body { max-width: 178mm; margin: 0 auto; padding: 10mm 0; background: #fff; color: #111; font: 12pt/1.7 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 3mm; font-size: 17pt; text-align: center; }
.who { display: flex; gap: 8mm; margin: 0 0 6mm; }
.who span { flex: 1; border-bottom: 0.3mm solid #111; }
ol { margin: 0; padding-left: 9mm; }
li { margin-bottom: 5mm; break-inside: avoid; }
p { margin: 0; }
.room { height: 9mm; border-bottom: 0.25mm solid #777; }
.options { display: grid; grid-template-columns: 1fr 1fr; gap: 1mm 6mm; margin-top: 1mm; }
.answers { break-before: page; }
.answers li { margin-bottom: 3mm; }
.answers small { display: block; color: #444; font-size: 10pt; }
@media screen { .answers { margin-top: 12mm; padding-top: 8mm; border-top: 0.5mm dashed #999; } body { padding-inline: 8mm; } }
@media print { body { max-width: none; padding: 0; } }
`;

/**
 * @typedef {object} Paper
 * @property {string} title
 * @property {boolean} sentences whether the answers have them
 * @property {string[][]} options to choose from for each pair; none where its answer is written
 */

/**
 * @param {Pair[]} pairs
 * @param {Paper} paper
 */
const pagesOf = (pairs, { title, sentences, options }) => {
  /**
   * @param {Pair} pair
   * @param {number} i
   */
  const letter = (pair, i) => (options[i].length ? `${LETTERS[options[i].indexOf(pair.answer)]}. ` : "");
  return [
    h("section", { class: "questions" }, h("h1", {}, title),
      h("p", { class: "who" }, [say("班级：", "Class: "), say("姓名：", "Name: "), say("日期：", "Date: ")].map((label) => h("span", {}, label))),
      h("ol", {}, pairs.map((pair, i) => h("li", {}, h("p", {}, pair.question),
        options[i].length
          ? h("div", { class: "options" }, options[i].map((option, j) => h("span", {}, `${LETTERS[j]}. ${option}`)))
          : h("div", { class: "room" }))))),
    h("section", { class: "answers" }, h("h1", {}, say(`${title}：答案`, `${title}: answers`)),
      h("ol", {}, pairs.map((pair, i) => h("li", {}, h("b", {}, letter(pair, i) + pair.answer),
        sentences && pair.sentence ? h("small", {}, pair.sentence) : null))))];
};

// The sheet is shown in `element` before it is printed.
/**
 * @param {Pair[]} pairs
 * @param {(pairs: Pair[]) => Promise<any>} ask for wrong answers
 * @param {HTMLElement} element
 */
export const openSheet = (pairs, ask, element) => {
  const before = focused();
  const frame = h("iframe", { class: "paper", title: say("打印的样子", "What is printed") });
  const title = h("input", { type: "text", maxlength: 60, lang: "zh", "aria-label": say("标题", "Title"), value: say("阅读练习", "Reading exercise") });
  const choice = h("input", { type: "checkbox", class: "choice" });
  const sentences = h("input", { type: "checkbox", checked: true });
  const note = h("p", { class: "note", role: "status" });
  /** @type {string[][] | null} */
  let options = null;
  const draw = () => {
    const paper = frame.contentDocument;
    if (!paper) return;
    paper.documentElement.lang = "zh";
    paper.title = title.value;
    paper.head.replaceChildren(h("title", {}, title.value), h("style", {}, PAPER));
    paper.body.replaceChildren(...pagesOf(pairs, { title: title.value, sentences: sentences.checked, options: (choice.checked && options) || pairs.map(() => []) }));
  };
  const withChoices = async () => {
    note.textContent = choice.checked && !options ? say("正在从文章里找选项…", "Looking for options in the passage…") : "";
    if (choice.checked && !options) {
      const found = await ask(pairs);
      /** @type {Choices[] | undefined} */
      const choices = found?.choices;
      // In one order, however often it is drawn.
      options = choices ? pairs.map((pair, i) => optionsOf(pair, choices[i])) : null;
      const few = options?.filter((each) => !each.length).length ?? 0;
      if (!options) note.textContent = found?.error ? say(found.error.zh, found.error.en) : say("服务器没有回答", "the server did not answer");
      else note.textContent = few ? say(`${few} 题没有同类的选项，留空作答`, `${few} without options are to be written`) : "";
    }
    draw();
  };
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { class: "modou-sheet", role: "dialog", "aria-modal": "true", "aria-label": say("打印练习", "Print a sheet") },
    h("header", {}, title,
      h("label", {}, choice, say("选择题", "Multiple choice")), h("label", {}, sentences, say("答案附原句", "Sentences with the answers")),
      note,
      tool(say("打印", "Print"), () => frame.contentWindow?.print(), { class: "main" }),
      tool("✕", () => dialog.close(), { class: "close", "aria-label": say("关闭", "Close") })),
    frame);
  // Some browsers put an empty page into the frame once more.
  frame.addEventListener("load", draw);
  title.addEventListener("input", draw);
  choice.addEventListener("change", withChoices);
  sentences.addEventListener("change", draw);
  // The page behind has keys of its own.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  element.append(dialog);
  dialog.showModal();
  draw();
};
