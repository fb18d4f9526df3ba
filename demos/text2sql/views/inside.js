// How the query was written: a form or a sketch, whichever the model at hand writes.

import { formParts, METHOD as FORM } from "modou/text2sql/views/form.js";
import { METHOD as SKETCH, sketchParts } from "modou/text2sql/views/sketch.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, props }) => {
  /** @type {ReturnType<typeof formParts> | null} */
  let form = null;
  const layOut = () => form?.layOut(form.slot.clientWidth);
  new ResizeObserver(layOut).observe(element);

  /** @param {any} sent */
  const draw = (sent) => {
    const value = sent?.json ? JSON.parse(sent.json) : null;
    form = value?.steps ? formParts(value) : null;
    if (form) root.replaceChildren(...FORM(), ...form.parts);
    else if (value) root.replaceChildren(...SKETCH(), ...sketchParts(value));
    else {
      root.replaceChildren(...(props.form ? FORM : SKETCH)(), h("p", { class: "hint" }, say(
        "问一个问题，这里会列出模型写下的每一步、有多大把握。", "Ask a question to see every step that the model took, and how surely.")));
    }
    layOut();
  };

  return draw;
};
