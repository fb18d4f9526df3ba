// Each sentence as the extractor at hand sees it.

import { eventGraphs } from "modou/triples/views/events/graph.js";
import { gplinkerMatrices } from "modou/triples/views/matrix.js";
import { casrelPasses } from "modou/triples/views/passes.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @type {Record<string, (shown: any, pick: import("modou/triples/views/matrix.js").Pick, chosen: {subject: number, head: string}, props: Record<string, any>) => (HTMLElement | HTMLElement[])[]>} */
const INSIDES = { casrel: casrelPasses, gplinker: gplinkerMatrices, events: eventGraphs };

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props }) => {
  let sentence = 0;
  const chosen = { subject: 0, head: "subject" };

  /** @param {any} value */
  const draw = (value) => {
    sentence = 0;
    chosen.subject = 0;
    render(value?.json ? JSON.parse(value.json).sentences : []);
  };

  /** @param {any[]} sentences */
  const render = (sentences) => {
    const shown = sentences[sentence];
    const inside = shown && INSIDES[shown.kind || "casrel"];
    if (!inside) {
      root.replaceChildren(h("p", {}, shown
        ? say("这个模型的内部没有图可看。", "There is no picture of this model's inside.")
        : say("先抽取一段文字，这里会画出模型怎样读它。", "Extract from a text first; how the model reads it is drawn here.")));
      return;
    }
    /**
     * @param {string} label
     * @param {boolean} on
     * @param {() => void} act
     */
    const pick = (label, on, act) => h("button", {
      type: "button", "aria-pressed": String(on), onclick: () => {
        act();
        render(sentences);
        // The button that was pressed has been drawn anew.
        [...root.querySelectorAll("button")].find((button) => button.textContent === label)?.focus({ preventScroll: true });
      },
    }, label);
    const picks = sentences.length > 1 ? h("div", { class: "picks" }, sentences.map((_, i) =>
      pick(say(`第 ${i + 1} 句`, `Sentence ${i + 1}`), i === sentence, () => {
        sentence = i;
        chosen.subject = 0;
      }))) : null;
    root.replaceChildren(...[picks, inside(shown, pick, chosen, props)].flat(2).filter(Boolean));
  };

  return draw;
};
