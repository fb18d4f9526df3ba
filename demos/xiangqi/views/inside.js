import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

const METHOD = () => [
  h("p", {}, say(
    "做法来自苏剑林的博文：把棋谱当作文本，训练 GPT 预测下一着，它就会下棋。不搜索、不估值，只看“下一个词最可能是什么”。",
    "The method is from a post by Su Jianlin: treat game records as text, train a GPT to predict the next move, and it plays. No search, no evaluation: only the most probable next word."), " ",
    h("a", { href: "https://kexue.fm/archives/7877", target: "_blank", rel: "noopener noreferrer" }, "当GPT遇上中国象棋")),
  h("ul", {},
    h("li", {}, say("这里一着棋是一个 token（博文里是四个字符），所以走一着只需一次前向计算，而不是给每个合法着法打分。", "Here a move is one token (four characters in the post), so a move takes one forward pass instead of a score for each legal move's text.")),
    h("li", {}, say("“看得见棋盘”的模型在每个 token 上再加上走完这着之后的局面：每个格子贡献一个嵌入向量，由三件事决定：上面是哪个棋子，能吃到这里的敌子中最便宜的是哪一类，自己一方有没有保护；受到攻击的空格也算。各个向量求和。“只读着法”的模型要自己从着法推出局面，和博文一样。棋盘总是从走棋一方看去。", "The model that sees the board adds to every token the position after that move, as a sum of embeddings, one per square: which piece stands there, the cheapest enemy piece that attacks it, and whether its own side covers it; empty squares under attack count too. The moves-only model has to work the board out from the moves, as in the post. The board is always seen from the side to move.")),
    h("li", {}, say("整局的键和值都留在缓存里，下一着只算新的 token。", "Keys and values of the whole game stay in a cache; the next move computes only the new token.")),
    h("li", {}, say("最后才屏蔽不合法的着法；屏蔽之前有多少概率在合法着法上，如实显示。", "Illegal moves are masked at the very end; how much probability was on legal ones before that is shown as it is.")))];

/** @param {number} logProbability */
const hueOf = (logProbability) => Math.round(100 * Math.min(1, Math.exp(logProbability) * 1.6));

/**
 * @param {any[]} tokens
 * @param {string[]} prefix
 */
const tokenStrip = (tokens, prefix) => h("ol", { class: "tokens" },
  prefix.map((text) => h("li", { class: "prefix" }, h("b", {}, text))),
  tokens.map((token) => h("li", { style: `--p:${hueOf(token.log_probability)}%` },
    h("b", {}, token.text), h("small", { lang: "zh" }, token.chinese), h("small", {}, token.log_probability.toFixed(2)),
    h("small", { class: "legal" }, `${(100 * token.legal_mass).toFixed(1)}%`))));

/** @param {any} shown */
const attentionBars = (shown) => {
  /** @type {[number, string][]} */
  const bars = [
    ...shown.prefix.map((/** @type {string} */ name, /** @type {number} */ i) => [shown.prefix_attention[i], name]),
    ...shown.tokens.map((/** @type {any} */ token, /** @type {number} */ i) => [token.attention, `${shown.skipped + i + 1}. ${token.chinese}`])];
  const most = Math.max(1e-9, ...bars.map(([attention]) => attention));
  return h("ol", { class: "attention" }, bars.map(([attention, name]) => h("li", {},
    h("i", { style: `--p:${attention / most}` }), h("small", {}, percent(attention)), h("small", { lang: "zh" }, name))));
};

/** @param {any[]} rows */
const topTable = (rows) => h("ol", { class: "top" }, rows.map((row) => h("li", { class: row.legal ? "" : "illegal" },
  h("b", {}, row.move), h("span", { lang: "zh" }, row.chinese || ""), h("i", { style: `--p:${row.probability}` }),
  h("span", { class: "number" }, `${(100 * row.probability).toFixed(2)}%`), h("em", {}, row.legal ? say("合法", "legal") : say("不合法", "illegal")))));

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, server }) => {
  let wanted = 0;
  /** @type {string | null} */
  let drawnFor = null;

  /** @param {{inside: any}} answer */
  const render = (answer) => {
    const shown = answer.inside;
    const tokens = shown.tokens;
    root.replaceChildren(
      h("div", { class: "method" }, METHOD()),
      h("h4", {}, say("一、模型读到的 token", "1. The tokens the model reads")),
      h("p", {}, say(
        "前缀之后，一着一个 token，坐标从走棋一方看去；颜色越深，模型越料到这一着。下面两个数：这一着的对数概率，和当时屏蔽之前合法着法共占的概率。",
        "After the prefix, one token a move, with squares as the side to move sees them; the deeper the colour, the more the model expected it. The two numbers: the move's log probability, and what all legal moves held there before masking.")),
      shown.skipped ? h("p", {}, say(`对局太长，开头 ${shown.skipped} 着模型已不再读。`, `The game is long: the model no longer reads its first ${shown.skipped} moves.`)) : "",
      tokenStrip(tokens, shown.prefix),
      h("h4", {}, say("二、屏蔽之前的下一个 token", "2. The next token, before masking")),
      h("p", { class: "mass" }, say("合法着法共占 ", "Legal moves hold "), h("strong", {}, `${(100 * shown.legal_mass).toFixed(3)}%`), say(" 的概率。", " of the probability.")),
      topTable(shown.top),
      h("h4", {}, say("三、此刻在看哪些着法", "3. Which moves it looks at now")),
      h("p", {}, say("最后一层注意力，各头平均。", "Attention of the last layer, mean over its heads.")),
      attentionBars(shown));
  };

  const visible = () => element.isConnected && element.offsetParent !== null;
  const refresh = async () => {
    const position = window.modouXiangqi;
    if (!position || !visible()) return;
    const key = JSON.stringify(position);
    if (key === drawnFor) return;
    wanted += 1;
    const number = wanted;
    const answer = await server.inside(position);
    if (number !== wanted || !answer) return;
    if (answer.busy) {
      // The server is full for the moment; what is drawn stands until it has time.
      setTimeout(refresh, 1500);
      return;
    }
    if (answer.error) {
      root.replaceChildren(h("div", { class: "method" }, METHOD()), h("p", { class: "error", role: "alert" }, say(answer.error.zh, answer.error.en)));
      return;
    }
    drawnFor = key;
    render(answer);
  };
  const draw = () => {
    root.replaceChildren(h("div", { class: "method" }, METHOD()));
    refresh();
  };
  window.addEventListener("modou-xiangqi", refresh);
  // Opening the accordion makes it visible without telling anybody.
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) refresh(); }).observe(element);

  return draw;
};
