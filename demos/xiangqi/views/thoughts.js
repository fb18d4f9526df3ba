// What the GPT thinks: of the result as a bar beside the board, of the moves as a list.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

// How far a search has come, and what it expects.
/** @param {import("modou/xiangqi/views/match.js").Mind} mind */
const searched = (mind) => [
  mind.line.length > 1 && h("p", { class: "line" }, say("接下来：", "Best play: "), h("span", { lang: "zh" }, mind.line.map(({ chinese }) => chinese).join(" "))),
  mind.positions > 0 && h("p", {}, say(`看了 ${mind.positions} 个局面；百分比是搜索的倾向`, `${mind.positions} positions looked at; percentages are what the search prefers`)),
];

/** @import { Match } from "modou/xiangqi/views/match.js" */

/** @param {Match} match */
export const makeThoughts = (match) => {
  const thoughts = h("div", { class: "thoughts" });
  const shares = ["red", "draw", "black"].map((kind) => h("span", { class: kind }));
  const bar = h("div", { class: "value-bar", role: "img" }, shares);
  const drawThoughts = () => {
    const thought = match.mindShown();
    const value = match.valueShown();
    const [red, draw, black] = value || [0, 0, 0];
    shares.forEach((share, i) => { share.style.flexGrow = String(value ? Math.max(value[i], 0.001) : 1); });
    bar.classList.toggle("unknown", !value);
    bar.classList.toggle("flipped", match.state.flipped);
    const words = value ? say(`红胜 ${percent(red)} · 和 ${percent(draw)} · 黑胜 ${percent(black)}`, `red ${percent(red)} · draw ${percent(draw)} · black ${percent(black)}`) : "";
    bar.setAttribute("aria-label", say(`GPT 对结果的看法 ${words}`, `The GPT's view of the result: ${words}`));
    const rows = thought ? thought.candidates : [];
    const filler = Array.from({ length: 5 - rows.length }, () => h("li", { class: "blank" }, h("b"), h("i", {}), h("span", {}, "")));
    thoughts.replaceChildren(
      h("h4", {}, thought && thought.hint ? say("提示：GPT 会这样走", "Hint: what the GPT would play") : say("GPT 的想法", "The GPT's mind"),
        h("small", {}, words)),
      h("ol", {}, rows.map((c) => h("li", { class: c.move === thought?.move ? "chosen" : "" }, h("b", { lang: "zh" }, c.chinese),
        h("i", { style: `--p:${c.probability}` }), h("span", {}, percent(c.probability)))), filler),
      ...(thought ? searched(thought) : []).filter((part) => part instanceof Node),
      h("p", {}, thought?.thinking ? say("还在想…", "Still thinking…") : thought ? say(
        `屏蔽前 ${(100 * thought.legal_mass).toFixed(2)}% 的概率在合法着法上 · ${Math.round(thought.milliseconds)} ms`,
        `${(100 * thought.legal_mass).toFixed(2)}% of the raw probability on legal moves · ${Math.round(thought.milliseconds)} ms`)
        : say("GPT 走棋后，这里列出它考虑的着法。", "After the GPT has moved, what it considered is listed here.")));
  };
  return { bar, node: thoughts, draw: drawThoughts };
};
