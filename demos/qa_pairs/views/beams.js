// A beam search drawn as a tree: one column per character, the beams kept there from the best down, a line from each to
// the one it goes on from. It scrolls in its own box.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { svg } from "modou/views/svg.js";

/** @import { qa_pairs } from "modou/views/types.js" */

const CELL = { width: 44, height: 40 };

// For every beam of every step the number of its parent in the step before.
/** @param {qa_pairs.Beam[][]} steps */
const parentsOf = (steps) => steps.map((beams, k) => beams.map((beam) => {
  if (k === 0) return -1;
  let best = -1;
  steps[k - 1].forEach((parent, i) => {
    if (beam.text.startsWith(parent.text) && (best < 0 || parent.text.length > steps[k - 1][best].text.length)) best = i;
  });
  return best;
}));

/**
 * @param {qa_pairs.Beam[][]} steps
 * @param {number[][]} parents
 * @param {string} question
 */
const edges = (steps, parents, question) => svg("svg", {
  width: steps.length * CELL.width, height: Math.max(...steps.map((beams) => beams.length)) * CELL.height, "aria-hidden": "true",
}, parents.flatMap((row, k) => row.map((parent, i) => {
  if (parent < 0) return null;
  const [x, y] = [(k - 0.5) * CELL.width, (parent + 0.5) * CELL.height];
  const [to, down] = [(k + 0.5) * CELL.width, (i + 0.5) * CELL.height];
  const won = question.startsWith(steps[k][i].text);
  return svg("path", { d: `M${x} ${y}C${x + 20} ${y} ${to - 20} ${down} ${to} ${down}`, class: won ? "won" : null });
})));

/** @param {qa_pairs.Beam} beam */
const following = (beam) => h("div", { class: "following" },
  h("p", {}, h("b", { lang: "zh" }, beam.text || say("（开头）", "(the beginning)")),
    h("small", {}, say(`对数概率之和 ${beam.score.toFixed(2)}`, `sum of log-probabilities ${beam.score.toFixed(2)}`))),
  h("ol", { "aria-label": say("最可能的下一个字", "likeliest next characters") }, beam.following.map(([text, p]) =>
    h("li", {}, h("span", { lang: "zh" }, text), h("i", { style: `--p:${p}` }), h("small", {}, percent(p))))));

/** @param {qa_pairs.Inside} given */
export const beamTree = ({ steps, question }) => {
  const parents = parentsOf(steps);
  const readout = h("div", { class: "readout", role: "status" });
  /** @type {HTMLButtonElement[][]} */
  const buttons = [];
  /**
   * @param {number} k
   * @param {number} i
   */
  const show = (k, i) => {
    buttons.flat().forEach((button) => { button.tabIndex = -1; button.removeAttribute("aria-current"); });
    buttons[k][i].tabIndex = 0;
    buttons[k][i].setAttribute("aria-current", "true");
    readout.replaceChildren(following(steps[k][i]));
  };
  /** @type {Record<string, (step: number, beam: number) => [number, number]>} */
  const move = { ArrowLeft: (k, i) => [k - 1, parents[k][i]], ArrowRight: (k, i) => [k + 1, Math.max(0, (parents[k + 1] || []).indexOf(i))], ArrowUp: (k, i) => [k, i - 1], ArrowDown: (k, i) => [k, i + 1] };
  steps.forEach((beams, k) => {
    buttons.push(beams.map((beam, i) => {
      const parent = parents[k][i];
      const added = k === 0 ? "▸" : beam.text.slice(parent < 0 ? 0 : steps[k - 1][parent].text.length);
      return h("button", {
        type: "button", lang: "zh", tabindex: "-1", class: question.startsWith(beam.text) ? "won" : "", "aria-label": beam.text ? `${added || "·"}，${beam.text}` : say("开头", "beginning"),
        style: `left:${k * CELL.width + 3}px;top:${i * CELL.height + 3}px`,
        onclick: () => show(k, i), onfocus: () => show(k, i), onmouseenter: () => show(k, i),
        onkeydown: (event) => {
          if (!move[event.key]) return;
          event.preventDefault();
          const [to, row] = move[event.key](k, i);
          buttons[to]?.[row]?.focus();
        },
      }, added || "·");
    }));
  });
  const drawing = edges(steps, parents, question);
  const tree = h("div", { class: "tree" }, drawing, buttons.flat());
  tree.style.width = `${drawing.getAttribute("width")}px`;
  tree.style.height = `${drawing.getAttribute("height")}px`;
  show(0, 0);
  return [h("div", { class: "scroll", role: "group", "aria-label": say("束搜索的树", "Tree of the beam search") }, tree), readout];
};
