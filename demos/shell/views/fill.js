// Fills a tab's boxes and runs it, as a visitor would: {tab, input} as `demos/links.py` reads it.

const BOXES = {
  triples: { text: "#triples-text textarea" },
  qa_pairs: { passage: "#qa_pairs-passage textarea" },
  similarity: { a: "#similarity-a textarea", b: "#similarity-b textarea" },
  text2sql: { question: "#text2sql-question textarea" },
};
// The panes of a tab in which the boxes are.
const PANES = { triples: "triples-pane-text", similarity: "similarity-pane-compare", text2sql: "text2sql-pane-examples" };
const PATIENCE = 30_000;
const TABLES = "#text2sql-example input[type=radio]";

const setText = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const inView = (selector) => [...document.querySelectorAll(selector)].find((node) => node.getClientRects().length) || null;

export const shownTab = () => document.querySelector("#modou-tabs > .tab-wrapper [role=tab][aria-selected=true]")?.dataset.tabId || null;

const fillBox = (area, text) => {
  setText.call(area, text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
// Gradio takes in what was typed a little later; a button that is pressed at once would send what was there before.
const settled = () => pause(60);

const choose = async (selector, value) => {
  const radio = [...document.querySelectorAll(`${selector} input[type=radio]`)].find((input) => input.value === value);
  if (!radio || radio.checked) return false;
  radio.click();
  await settled();
  return true;
};

// `element` is the component that fills, and `emit` gives its events.
export const makeFill = ({ element, emit }) => {
  // Raised by every new wish; an older one that still waits gives up.
  let wish = 0;

  // What `find` gives once it gives something, or null where nobody waits for it any more.
  const until = async (find, number) => {
    const end = performance.now() + PATIENCE;
    while (number === wish && element.isConnected && performance.now() < end) {
      const found = find();
      if (found) return found;
      await pause(40);
    }
    return null;
  };

  const openTab = async (name, number) => {
    if (shownTab() !== name) emit("open", { tab: name });
    const pane = PANES[name];
    if (!pane) return;
    // The pane may not be the one that is open.
    const button = await until(() => document.getElementById(`${pane}-button`), number);
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
  };

  const chooseTable = async ({ example, table }, number) => {
    const shown = () => document.querySelector("#text2sql-table h3")?.textContent;
    await until(shown, number);
    for (let tries = 0; tries < 4 && number === wish && shown() !== table; tries += 1) {
      // A pane that has just come may miss a click, and to press a radio that is checked says nothing.
      const other = [...document.querySelectorAll(TABLES)].find((radio) => radio.value !== example);
      if (tries && other) {
        other.click();
        await settled();
      }
      await choose("#text2sql-example", example);
      const soon = performance.now() + 5_000;
      await until(() => shown() === table || performance.now() > soon, number);
    }
    return number === wish && shown() === table;
  };

  // Whether the tab was filled in and started; not where something else was wanted meanwhile.
  const fill = async ({ tab, input }) => {
    wish += 1;
    const number = wish;
    if (tab === "xiangqi") {
      // The board opens it once it is there.
      window.modouXiangqiAsked = { start: input.start, moves: input.moves };
      await openTab(tab, number);
      window.dispatchEvent(new CustomEvent("modou-xiangqi-open"));
      return number === wish;
    }
    await openTab(tab, number);
    if (tab === "text2sql" && !(await chooseTable(input, number))) return false;
    const boxes = [];
    for (const [name, selector] of Object.entries(BOXES[tab])) {
      const area = await until(() => inView(selector), number);
      if (!area) return false;
      boxes.push([area, input[name]]);
    }
    // The first model is the one to read what names none, whichever was chosen before.
    const radios = [...document.querySelectorAll(`#${tab}-model input[type=radio]`)];
    const model = input.model || radios[0]?.value;
    if (radios.some((radio) => radio.value === model && !radio.checked)) {
      // Another model reads at once what is in the boxes, so there must be nothing.
      for (const [area] of boxes) fillBox(area, "");
      await settled();
      await choose(`#${tab}-model`, model);
    }
    for (const [area, text] of boxes) fillBox(area, text);
    await settled();
    const run = await until(() => inView(`#${tab}-run`), number);
    if (!run) return false;
    run.click();
    return true;
  };
  const forget = () => { wish += 1; };
  return { fill, forget };
};
