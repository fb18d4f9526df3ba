// Tables of data: columns with types, numbers to be read, rows that come as one scrolls.

const count = (n) => n.toLocaleString("en");
// Years are written without a thousands separator.
const isYear = (name, values) => /年|year/i.test(name)
  && values.some((v) => v !== null) && values.every((v) => v === null || (Number.isInteger(v) && v >= 1000 && v <= 2200));
const figure = (v, year = false) => {
  if (year || !Number.isFinite(v)) return String(v);
  const size = Math.abs(v);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return v.toPrecision(4).replace(/\.?0+e/, "e");
  return v.toLocaleString("en", size >= 1 || size === 0 ? { maximumFractionDigits: 4 } : { maximumSignificantDigits: 4 });
};
const cellText = (v, year) => (typeof v === "number" ? figure(v, year) : String(v));

const AT_ONCE = 100;
// `columns`: [{name, type, mark}], mark being a node below the name or nothing.
const grid = ({ columns, rows, label }) => {
  const years = columns.map((c, j) => c.type === "number" && isYear(c.name, rows.map((row) => row[j])));
  const cell = (v, j) => (v === null || v === undefined
    ? h("td", { class: "empty", title: say("空", "empty") }, "–")
    : h("td", { class: columns[j].type === "number" ? "number" : "", title: typeof v === "number" && cellText(v, years[j]) !== String(v) ? String(v) : undefined },
      h("span", {}, cellText(v, years[j]))));
  const body = h("tbody");
  const box = h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": label },
    h("table", {},
      h("thead", {}, h("tr", {}, columns.map((c) =>
        h("th", { scope: "col", class: c.type === "number" ? "number" : "", title: c.name }, h("span", {}, c.name), c.mark)))),
      body));
  const more = () => {
    const from = body.children.length;
    body.append(...rows.slice(from, from + AT_ONCE).map((row) => h("tr", {}, row.map(cell))));
  };
  box.addEventListener("scroll", () => {
    if (body.children.length < rows.length && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more();
  });
  more();
  return box;
};
