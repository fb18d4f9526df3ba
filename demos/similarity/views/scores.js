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
 * @property {number[] | null} [limits]
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

/**
 * The words that stand for a WRD, from far to near.
 *
 * @type {[string, string][]}
 */
const LEVELS = [["unrelated", say("无关", "unrelated")], ["same topic", say("同一话题", "same topic")], ["close", say("相近", "close")], ["duplicate", say("重复", "duplicate")]];
/** @param {string | null} level */
export const levelText = (level) => LEVELS.find(([name]) => name === level)?.[1] ?? "";

// What the score means, on a scale whose four parts are drawn equally wide.
/** @param {Compared} given */
export const levelScale = ({ result, limits, norms }) => {
  if (!limits || !norms) return "";
  const [duplicate, close, topic, right] = limits;
  const edges = [0, topic, close, duplicate, 1];
  const at = LEVELS.findIndex(([name]) => name === result.level);
  const within = Math.min(1, Math.max(0, (result.wrd - edges[at]) / Math.max(1e-9, edges[at + 1] - edges[at])));
  const percent = Math.round(100 * right);
  return h("div", { class: "levels" },
    h("ol", {}, LEVELS.map(([name, text], n) => h("li", { class: n === at ? "here" : "", ...(n === at ? { "aria-current": "true" } : {}), "data-level": name },
      n ? h("small", {}, decimals(edges[n], 2)) : null, h("span", {}, text)))),
    h("i", { class: "marker", style: `--p:${(at + within) / 4}` }),
    h("p", { class: "note" }, say(
      `界限取自 STS-B 验证集的人工打分；在那里 ${percent}% 的句对得到的词与打分相符。`,
      `Limits by people's grades on STS-B dev, where the word agrees with the grade for ${percent}% of the pairs.`)));
};

// Amounts that differ, and those that are equal though written otherwise.
/** @param {Result} result */
export const amountsTold = (result) => {
  /** @param {boolean} equal */
  const pairs = (equal) => {
    const found = result.amounts.filter((m) => m.equal === equal).map((m) => [result.tokens_a[m.a], result.tokens_b[m.b]]);
    const told = found.filter(([x, y]) => x !== y).map(([x, y]) => say(`${quoted(x)}与${quoted(y)}`, `${quoted(x)} and ${quoted(y)}`));
    return [...new Set(told)].slice(0, 4).join(say("，", ", "));
  };
  const [other, same] = [pairs(false), pairs(true)];
  return [
    other && h("p", { class: "apart amounts-differ" }, say(`数量不同：${other}。分数再高，说的也不是同一个数，至多算「相近」。`, `The amounts differ: ${other}. However high the score, they do not say the same, and the pair is called close at most.`)),
    same && h("p", { class: "amounts-equal" }, say(`写法不同、值相同：${same}。按同一个词算，搬运不花代价。`, `Written otherwise, equal in value: ${same}. They count as one word, and moving costs nothing.`)),
  ];
};

// A negation or opposite words that turn the meaning, which the score hardly shows.
/** @param {Result} result */
export const opposedTold = ({ opposed, tokens_a, tokens_b }) => {
  if (!opposed) return "";
  /**
   * @param {number[]} places
   * @param {string[]} tokens
   */
  const named = (places, tokens) => [...new Set(places)].map((n) => quoted(tokens[n])).join("");
  const told = [
    opposed.denials_a.length && say(`句子一有否定${named(opposed.denials_a, tokens_a)}`, `sentence A denies (${named(opposed.denials_a, tokens_a)})`),
    opposed.denials_b.length && say(`句子二有否定${named(opposed.denials_b, tokens_b)}`, `sentence B denies (${named(opposed.denials_b, tokens_b)})`),
    ...opposed.opposites.slice(0, 3).map(([i, j]) => say(`${quoted(tokens_a[i])}与${quoted(tokens_b[j])}相反`, `${quoted(tokens_a[i])} and ${quoted(tokens_b[j])} are opposites`)),
  ].filter(Boolean).join(say("，", ", "));
  return h("p", { class: "apart opposed" }, say(
    `意思可能相反：${told}。词对得上，分数就高；这一条按规则找出，也会看错。`,
    `They may say the opposite: ${told}. Words that align make the score high; this is found by rule, and may be wrong.`));
};

/** @param {Result} result */
export const distanceOf = (result) => result.plan.reduce((sum, row, i) => sum + row.reduce((s, mass, j) => s + mass * result.cost[i][j], 0), 0);
