import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  /** @param {any} value */
  const draw = (value) => {
    if (!value) return root.replaceChildren();
    /** @type {Record<string, string>} */
    const words = {
      loading: say("模型载入中…", "Loading the model…"),
      ready: say("模型就绪", "Model ready"),
      failed: value.error && say(value.error.zh, value.error.en),
    };
    const facts = value.state === "ready"
      ? ` · ${value.name} · ${(value.parameters / 1e6).toFixed(1)}M ${say("参数", "parameters")} · ${value.megabytes.toFixed(1)} MB`
      : "";
    root.replaceChildren(h("span", { class: value.state, role: "status" }, h("i", {}), words[value.state] + facts));
  };

  return draw;
};
