let sentence = 0;
let subject = 0;

// A strip of characters with a bar under each for p(start) and one for p(end).
const strip = (characters, tags) => h("div", { class: "strip" },
  characters.map((character, i) => {
    const [start, end] = tags[i] || [0, 0];
    return h("span", { class: start >= 0.5 || end >= 0.5 ? "on" : "", title: say(`开头 ${percent(start)}，结尾 ${percent(end)}`, `start ${percent(start)}, end ${percent(end)}`) },
      h("b", { lang: "zh" }, character), h("i", { class: "start", style: `--p:${start}` }), h("i", { class: "end", style: `--p:${end}` }));
  }));

const draw = (value) => {
  sentence = 0;
  subject = 0;
  render(value);
};

const render = (value) => {
  if (!value || !value.sentences || !value.sentences.length) {
    root().replaceChildren(h("p", {}, say("先抽取一段文字，这里会画出模型的两步。", "Extract from a text first; the model's two passes are drawn here.")));
    return;
  }
  sentence = Math.min(sentence, value.sentences.length - 1);
  const shown = value.sentences[sentence];
  subject = Math.min(subject, Math.max(0, shown.subjects.length - 1));
  const chosen = shown.subjects[subject];
  const pick = (label, on, act) => h("button", {
    type: "button", "aria-pressed": String(on), onclick: () => {
      act();
      render(value);
      // The button that was pressed has been drawn anew.
      [...root().querySelectorAll("button")].find((button) => button.textContent === label)?.focus();
    },
  }, label);
  const parts = [];
  if (value.sentences.length > 1) {
    parts.push(h("div", { class: "picks" }, value.sentences.map((_, i) =>
      pick(say(`第 ${i + 1} 句`, `Sentence ${i + 1}`), i === sentence, () => { sentence = i; subject = 0; }))));
  }
  parts.push(
    h("h4", {}, say("第一步：主语在哪里开头、在哪里结尾？", "Pass 1: where does a subject start, where does it end?")),
    h("p", {}, h("i", { class: "key start" }), say("开头的概率", "probability of a start"), h("i", { class: "key end" }), say("结尾的概率", "probability of an end")),
    strip(shown.tokens, shown.tags),
    h("h4", {}, say("第二步：给定这个主语，每种关系的宾语在哪里？", "Pass 2: given this subject, where are the objects of each relation?")));
  if (!chosen) {
    parts.push(h("p", {}, say("这句话里没有找到主语，第二步不必做。", "No subject was found in this sentence: there is no second pass.")));
  } else {
    const relations = Object.entries(chosen.relations);
    parts.push(
      h("div", { class: "picks" }, shown.subjects.map((s, i) => pick(`${s.text} ${percent(s.score)}`, i === subject, () => { subject = i; }))),
      relations.length
        ? relations.map(([name, tags]) => h("div", { class: "relation" }, h("b", { lang: "zh" }, name), strip(shown.tokens, tags)))
        : h("p", {}, say("没有一种关系的宾语概率超过 5%。", "No relation has an object with a probability above 5%.")));
  }
  root().replaceChildren(...parts.flat());
};
