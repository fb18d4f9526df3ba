// The four scores, what importance did, and the costliest word.

import { decimals, part, quoted, signed } from "modou/similarity/views/words.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Result } from "modou/similarity/views/words.js" */
/** @import { similarity } from "modou/views/types.js" */

/**
 * What the view of a comparison is sent, with the result read.
 *
 * @typedef {object} Compared
 * @property {Result} result
 * @property {boolean} norms
 * @property {similarity.CostliestWord | null} costliest
 * @property {number | null} [usual]
 */

/** @type {["wrd" | "wmd" | "cosine" | "contextual", string, string, string][]} */
const CARDS = [
  ["wrd", "WRD", say("词旋转距离", "Word Rotator's Distance"), say(
    "词向量的模长是这个词的重量，方向之差是搬运的代价。1 减去最省的总代价。",
    "A word weighs what its vector's norm says; the difference of directions is the cost. 1 minus the least total cost.")],
  ["wmd", "WMD", say("词移动距离", "Word Mover's Distance"), say(
    "每个词一样重，代价是欧氏距离。0 约为两句素不相干。",
    "Every word weighs the same; the cost is the Euclidean distance. 0 is about what strangers have.")],
  ["cosine", say("均值余弦", "Mean cosine"), say("词向量先平均", "of averaged word vectors"), say(
    "先把词向量平均成一个，再比方向；谁对应谁，不问。",
    "Averages the word vectors, then compares directions; which word answers which is not asked.")],
  ["contextual", say("整句余弦", "Sentence cosine"), say("编码器读整句", "of the encoder's sentence vectors"), say(
    "编码器把整句读成一个向量，再比方向。",
    "The encoder reads each sentence as one vector; their directions are compared.")],
];

/** @param {Compared} value */
const whatIf = (value) => {
  const { wrd, unweighted } = value.result;
  return value.norms
    ? say(`若不计模长：${decimals(unweighted)}（${signed(unweighted - wrd)}）`, `If norms did not count: ${decimals(unweighted)} (${signed(unweighted - wrd)})`)
    : say(`若计模长：${decimals(wrd)}（${signed(wrd - unweighted)}）`, `If norms counted: ${decimals(wrd)} (${signed(wrd - unweighted)})`);
};

/** @param {Compared} value */
export const scoreCards = (value) => h("div", { class: "cards" }, CARDS.map(([key, name, full, meaning]) => {
  const plain = key === "wrd" && !value.norms;
  const score = value.result[plain ? "unweighted" : key];
  return h("section", { class: `card ${key}`, "data-score": key },
    h("h4", {}, name, plain ? say("，不计模长", ", norms not counted") : "", " ", h("small", {}, full)),
    h("strong", {}, decimals(score)),
    h("i", { class: "gauge", style: `--p:${Math.min(1, Math.max(0, score))}` }),
    key === "wrd" ? h("p", { class: "what-if" }, whatIf(value)) : null,
    h("p", {}, meaning));
}));

// The costliest word in one sentence.
/** @param {Compared} given */
export const dearest = ({ result, costliest }) => {
  if (!costliest) {
    return result.tokens_a.join("\0") === result.tokens_b.join("\0")
      ? say("两句逐词相同，一个词也不用搬：距离为 0。", "The two say the same, word for word: nothing has to be moved, and the distance is 0.")
      : say("两句用的词在这组词向量看来完全相同，只是写法、次序或次数不同：距离为 0。", "To these vectors the two have the same words, only in another order or spelling: the distance is 0.");
  }
  const { side, word, share, partners } = costliest;
  const own = side === "a" ? result.tokens_a : result.tokens_b;
  const others = side === "a" ? result.tokens_b : result.tokens_a;
  const weight = partners.reduce((sum, [, mass]) => sum + mass, 0);
  const named = [...partners].sort((x, y) => y[1] - x[1]).slice(0, 3).map(([other, mass]) => `${quoted(others[other])} ${part(mass / weight)}`);
  const rest = partners.length - named.length;
  const list = named.join(say("、", ", ")) + (rest ? say(`，其余 ${rest} 个词分走剩下的`, ` and ${rest} more`) : "");
  return side === "a"
    ? say(
      `最费的词是句子一的${quoted(own[word])}，占总距离的 ${part(share)}。它的重量搬去了：${list}。`,
      `The costliest word is ${quoted(own[word])} in sentence A, ${part(share)} of the whole distance. Its weight goes to ${list}.`)
    : say(
      `最费的词是句子二的${quoted(own[word])}，占总距离的 ${part(share)}。它的重量来自：${list}。`,
      `The costliest word is ${quoted(own[word])} in sentence B, ${part(share)} of the whole distance. Its weight comes from ${list}.`);
};

// The words can be aligned, and yet the sentences are read as further apart than such words usually are.
/** @param {Compared & {usual: number}} given */
export const readsApart = ({ result, usual }) => say(
  `词对得上（WRD ${decimals(result.wrd)}），但编码器读整句，觉得差得更远：整句余弦 ${decimals(result.contextual)}，验证集上这样的 WRD 通常有 ${decimals(usual)}。也许是否定、次序或谁对谁变了，对词看不出来。`,
  `The words can be aligned (WRD ${decimals(result.wrd)}), but read as wholes the sentences are further apart: their sentence cosine is ${decimals(result.contextual)}, where such a WRD usually goes with ${decimals(usual)} on dev. A negation, an order or who does it to whom may differ, which aligning words does not show.`);

/** @param {Result} result */
export const distanceOf = (result) => result.plan.reduce((sum, row, i) => sum + row.reduce((s, mass, j) => s + mass * result.cost[i][j], 0), 0);
