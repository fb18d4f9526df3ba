// The right answer among wrong ones, in an order that tells nothing.
import { say } from "modou/views/language.js";

/** @import { Choices, Pair } from "modou/qa_pairs/views/asking.js" */

export const LETTERS = "ABCD";
const USUAL = 3;

/** @param {string[]} items */
const shuffled = (items) => {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
};

/**
 * @param {Pair} pair
 * @param {Choices} choices
 */
export const optionsOf = (pair, choices) => (choices.wrong.length ? shuffled([pair.answer, ...choices.wrong]) : []);

// Why there are fewer wrong answers than usual; nothing where there are enough.
/** @param {Choices} choices */
export const whyFew = ({ kind, wrong }) => {
  if (wrong.length >= USUAL) return "";
  return wrong.length
    ? say(`文章里别的${kind.zh}只有 ${wrong.length} 个`, `other ${kind.en} in the passage: only ${wrong.length}`)
    : say(`文章里没有别的${kind.zh}可作选项，这一题请写出答案`, `the passage has no other ${kind.en} to choose from; please write the answer`);
};
