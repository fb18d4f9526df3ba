import { makeStepper } from "modou/similarity/views/steps.js";
import { dear, decimals, fitTable, number, part, shorten, tint, wordTable } from "modou/similarity/views/words.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Inside } from "modou/similarity/views/steps.js" */

/**
 * @param {string} address
 * @param {string} text
 */
const link = (address, text) => h("a", { href: address, target: "_blank", rel: "noopener" }, text);

const METHOD = () => [
  h("p", {}, say(
    "做法来自苏剑林的博文：一句话是一袋词向量，向量的模长当作词的重量，方向当作词的意思；两句的距离，是把一句的重量全部搬成另一句的最小代价。",
    "The method is from a post by Su Jianlin: a sentence is a bag of word vectors, a vector's norm is the weight of its word and its direction the meaning; the distance is the least cost of moving all weight of one sentence onto the other."), " ",
    link("https://spaces.ac.cn/archives/7388", "科学空间《从EMD、WMD到WRD》"), say("；", "; "), link("https://arxiv.org/abs/2004.15003", "arXiv:2004.15003")),
  h("p", { class: "formula" }, "WRD = min Σ γᵢⱼ (1 − cos(aᵢ, bⱼ)),  γᵢⱼ ≥ 0,  Σⱼ γᵢⱼ = |aᵢ| / Σ|a|,  Σᵢ γᵢⱼ = |bⱼ| / Σ|b|"),
];

/**
 * @param {string[]} tokens
 * @param {number[]} weights
 * @param {number} most
 */
const weightBars = (tokens, weights, most) => h("div", { class: "weights" }, tokens.map((token, n) =>
  h("span", { title: token }, h("i", { style: `--p:${weights[n] / most}` }), h("small", {}, part(weights[n])), h("b", { lang: "zh" }, shorten(token, 8)))));

/** @param {Inside} value */
const bounds = (value) => {
  /** @type {[string, string, number, string][]} */
  const rows = [
    ["centroid", say("重心下界", "Centroid bound"), value.centroid_bound, say(
      "两句的平均方向之差，长度平方的一半。只需 n + m 次向量加法。",
      "Half the squared distance between the sentences' mean directions: n + m additions of vectors.")],
    ["relaxed", say("松弛下界", "Relaxed bound"), value.relaxed_bound, say(
      "每个词都去离它最近的词，不管对方装不装得下；两个方向取大者。不必求解。",
      "Every word goes to its nearest, however full that is already; the greater of both ways. Nothing is solved.")],
    ["exact", say("真正的距离", "The distance"), value.distance, say(
      "运输问题的最优值，即 1 − 分数。", "The optimum of the transport problem, that is 1 − score.")]];
  const most = Math.max(1e-9, ...rows.map(([, , x]) => x));
  return h("ul", { class: "bounds" }, rows.map(([name, label, x, meaning]) => h("li", { class: name },
    h("b", {}, label), h("i", { style: `--p:${Math.max(0, x / most)}` }), h("span", {}, decimals(x, 4)), h("small", {}, meaning))));
};

// What a plan between words cannot see, and what the sentence vectors say of this pair.
/** @param {Inside} value */
const limits = (value) => [
  h("h4", {}, say("五、对得上词，不等于说的是一回事", "5. Words that align may still say something else")),
  h("p", {}, say(
    "搬运只问哪个词对哪个词，不问词怎样组成句子。「不是每个人都同意」和「每个人都不同意」用的词几乎一样，方案便把词一一对上，代价很小，意思却不同。编码器读词时看过整句，能补回一点；整句余弦比的是句子向量，不对词，更可能看出来，但也不总能。",
    "Transport asks which word answers which, not how words make a sentence. “Not everyone agrees” and “everyone disagrees” use nearly the same words in Chinese, so the plan pairs them off at little cost though they differ in meaning. The encoder has seen the whole sentence when it reads a word, which helps a little; the sentence cosine compares vectors of the sentences, aligns nothing, and is likelier to notice, though not always.")),
  h("p", { class: "wholes" }, say(`这两句：WRD ${decimals(value.wrd)}，整句余弦 ${decimals(value.contextual)}`, `These two: WRD ${decimals(value.wrd)}, sentence cosine ${decimals(value.contextual)}`),
    typeof value.usual !== "number" ? say("。", ".") : say(
      `；按验证集，这样的 WRD 通常有 ${decimals(value.usual)}。${value.apart ? "低得不寻常：整句差得比词远。" : "没有低到不寻常。"}`,
      `; on dev, such a WRD usually goes with ${decimals(value.usual)}. ${value.apart ? "This is unusually low: the wholes are further apart than the words." : "This is not unusually low."}`)),
  h("p", {}, say(
    "规则：WRD 至少 0.5，且整句余弦比 STS-B 验证集上拟合的直线低出两个标准差以上，结果里就会提醒。",
    "The rule for a remark beside the scores: WRD is at least 0.5, and the sentence cosine lies more than two standard deviations below the line fitted on STS-B dev.")),
];

/** @param {Inside} value */
const costTable = (value) => wordTable({
  caption: say("代价 = 1 − 余弦", "cost = 1 − cosine"), a: value.tokens_a, b: value.tokens_b,
  /**
   * @param {number} i
   * @param {number} j
   */
  cell: (i, j) => h("td", { style: tint(dear(value.cost[i][j]), 0.95) }, number(decimals(value.cost[i][j], 2))),
});

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element }) => {
  const { stepper, stopPlaying } = makeStepper(element);
  let columns = 0;
  /** @type {ReturnType<typeof stepper> | null} */
  let shown = null;
  const fit = () => {
    if (!root.clientWidth) return;
    root.querySelectorAll(".costs .scroll").forEach((box) => fitTable(box, columns, 36));
    shown?.fit();
  };
  new ResizeObserver(() => fit()).observe(element);

  /** @param {any} sent */
  const draw = (sent) => {
    stopPlaying();
    const value = sent?.json && JSON.parse(sent.json);
    shown = null;
    if (!value) {
      root.replaceChildren(...METHOD(), h("p", {}, say("先比较两句话，这里会一步步算给你看。", "Compare two sentences first; here it will be worked out step by step.")));
      return;
    }
    const most = Math.max(...value.weights_a, ...value.weights_b);
    const large = value.tokens_a.length * value.tokens_b.length > 4_000;
    columns = value.tokens_b.length;
    shown = value.steps ? stepper(value) : null;
    root.replaceChildren(
      ...METHOD(),
      h("h4", {}, say("一、模长变成重量", "1. Norms become weights")),
      h("p", {}, value.norms
        ? say("每个词的模长除以全句模长之和。训练让要紧的词长、可有可无的词短。", "Each word's norm over the sum of norms in its sentence. Training makes words that matter long, and others short.")
        : say("现在不计模长：每个词一样重。", "Norms are not counted now: every word weighs the same.")),
      h("div", { class: "both" }, weightBars(value.tokens_a, value.weights_a, most), weightBars(value.tokens_b, value.weights_b, most)),
      h("h4", {}, say("二、每条路的代价", "2. What each route costs")),
      h("div", { class: "costs" }, large ? h("p", {}, say("两句太长，表格从略。", "The sentences are too long for a table.")) : costTable(value)),
      h("h4", {}, say("三、不求解，也知道至少多远", "3. How far at least, without solving")),
      h("p", {}, say("在列表里找句子时先看下界：下界已经比第 k 名还远的句子，不必求解。", "A search looks at the bounds first: a sentence whose bound is already farther than the k-th best need not be solved.")),
      bounds(value),
      h("h4", {}, say("四、求解运输问题", "4. Solving the transport problem")),
      ...(shown ? [shown.node] : [h("p", { class: "too-long" }, say(
        "有一句超过 24 个词，步骤太多，这里不逐步演示；上面的结果照样是精确解。",
        "One sentence has more than 24 words, too many steps to follow; the result above is exact all the same."))]),
      ...limits(value));
    fit();
  };

  return draw;
};
