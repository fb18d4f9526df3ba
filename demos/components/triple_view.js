const KINDS = {
  人物: "person", 历史人物: "person",
  影视作品: "work", 图书作品: "work", 文学作品: "work", 作品: "work", 歌曲: "work", 音乐专辑: "work", 电视综艺: "work", 奖项: "work",
  机构: "group", 企业: "group", 学校: "group", 出版社: "group", 网站: "group",
  地点: "place", 国家: "place", 城市: "place", 行政区: "place", 景点: "place",
  日期: "number", 数值: "number",
};
const kindOf = (type) => KINDS[type] || "other";

// Each span once, with the types it has and the triples it takes part in.
const entities = (triples) => {
  const found = new Map();
  triples.forEach((triple, i) => {
    for (const role of ["subject", "object"]) {
      const [start, end] = triple[`${role}_span`];
      const key = `${start}-${end}`;
      if (!found.has(key)) found.set(key, { start, end, types: new Set(), roles: new Set(), triples: new Set() });
      const entity = found.get(key);
      entity.types.add(triple[`${role}_type`]);
      entity.roles.add(role);
      entity.triples.add(i);
    }
  });
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
};

// Offsets count Unicode characters, as Python does; JavaScript's strings count UTF-16 units.
const marked = (text, spans) => {
  const characters = [...text];
  const edges = new Set([0, characters.length]);
  spans.forEach((s) => edges.add(s.start).add(s.end));
  const cuts = [...edges].sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const covering = spans.filter((s) => s.start <= cuts[i] && s.end >= cuts[i + 1]);
    const piece = characters.slice(cuts[i], cuts[i + 1]).join("");
    if (!covering.length) {
      pieces.push(piece);
      continue;
    }
    const inner = covering.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
    const type = [...inner.types][0];
    const roles = [...inner.roles].sort().reverse().join(" ");
    const mark = h("mark", { class: `${kindOf(type)} ${roles}`, "data-triples": covering.flatMap((s) => [...s.triples]).join(" ") });
    // An entity's type stands behind its last piece, on the same line as its last character.
    const ending = covering.find((s) => s.end === cuts[i + 1]);
    if (ending) {
      const label = h("small", { class: kindOf([...ending.types][0]) }, [...ending.types].join("/"));
      mark.append([...piece].slice(0, -1).join(""), h("span", { class: "tail" }, [...piece].at(-1), label));
    } else {
      mark.append(piece);
    }
    mark.addEventListener("mouseenter", () => light(covering.flatMap((s) => [...s.triples])));
    mark.addEventListener("mouseleave", () => light(null));
    pieces.push(mark);
  }
  return h("p", { class: "text", lang: "zh" }, pieces);
};

const light = (numbers) => {
  const on = numbers && new Set(numbers.map(String));
  root().classList.toggle("choosing", Boolean(on));
  root().querySelectorAll("mark").forEach((mark) =>
    mark.classList.toggle("lit", Boolean(on) && mark.dataset.triples.split(" ").some((n) => on.has(n))));
  root().querySelectorAll("tbody tr").forEach((row) => row.classList.toggle("lit", Boolean(on) && on.has(row.dataset.triple)));
};

const row = (triple, i) => {
  const cell = (name, label, ...content) => h("td", { class: name, "data-label": label }, h("span", {}, ...content));
  const chip = (role) => [
    h("b", { lang: "zh" }, triple[role]),
    h("small", { class: kindOf(triple[`${role}_type`]) }, triple[`${role}_type`])];
  return h("tr", {
    tabindex: "0", "data-triple": i,
    onmouseenter: () => light([i]), onmouseleave: () => light(null), onfocus: () => light([i]), onblur: () => light(null),
  },
  cell("subject", say("主语", "Subject"), ...chip("subject")),
  cell("predicate", say("关系", "Predicate"), h("b", { lang: "zh" }, triple.predicate), zh ? null : h("small", { class: "gloss" }, triple.english)),
  cell("object", say("宾语", "Object"), ...chip("object")),
  cell("score", say("置信度", "Confidence"),
    h("span", { class: "meter", style: `--p:${triple.score}` }), h("span", { class: "number" }, percent(triple.score))));
};

const PURPOSE = say(
  "左边输入文字，这里会标出实体，并列出“主语－关系－宾语”。点一个示例试试。",
  "Enter text and its entities will be marked here, with a table of subject, predicate and object. Try an example.");
const draw = (value) => {
  if (nothingToDraw(value, value?.text !== undefined, PURPOSE)) return;
  last = value;
  const count = value.triples.length;
  const seconds = duration(value.milliseconds);
  const body = [
    h("div", { class: "bar" },
      h("p", { class: "summary", role: "status" },
        h("strong", {}, count), say(` 个三元组 · 用时 ${seconds}`, count === 1 ? ` triple · ${seconds}` : ` triples · ${seconds}`)),
      count ? toolbar(value, "triples") : null),
    marked(value.text, entities(value.triples)),
  ];
  if (count) {
    const head = [say("主语", "Subject"), say("关系", "Predicate"), say("宾语", "Object"), say("置信度", "Confidence")];
    body.push(
      h("p", { class: "legend" },
        h("span", {}, h("i", { class: "swatch subject" }), say("实底：主语", "filled: subject")),
        h("span", {}, h("i", { class: "swatch object" }), say("虚框：宾语", "dashed: object"))),
      h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, value.triples.map(row))));
  } else {
    body.push(h("p", { class: "hint" }, say(
      `没有找到高于阈值的三元组。模型认识这 ${value.relations.length} 种关系：${value.relations.join("、")}。`,
      `No triple above the threshold. The model knows these ${value.relations.length} relations: ${value.relations.join(", ")}.`)));
  }
  root().replaceChildren(...body);
};
