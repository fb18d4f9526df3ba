// The buttons and settings beside the board.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { NAMES_OF_MODELS, SPEEDS } from "modou/xiangqi/views/names.js";

/** @typedef {"fresh" | "undo" | "hint" | "resign" | "run" | "again" | "on" | "back" | "flip" | "hurry"} ButtonName */

/**
 * @param {string} name
 * @param {string} label
 * @param {() => unknown} act
 */
const button = (name, label, act, kind = "") => h("button", { type: "button", class: `${name} ${kind}`, onclick: act }, label);
/**
 * @param {string} name
 * @param {string} legend
 * @param {string[][]} choices
 * @param {(value: string) => void} act
 */
const segments = (name, legend, choices, act) => {
  const group = h("div", { class: "segments", role: "radiogroup", "aria-label": legend }, choices.map(([value, label]) => h("label", {},
    h("input", { type: "radio", name: `xiangqi-${name}`, value, onchange: () => act(value) }), h("span", {}, label))));
  return { node: h("div", { class: "setting" }, h("b", {}, legend), group),
    set: (/** @type {any} */ value) => { for (const input of group.querySelectorAll("input")) input.checked = input.value === value; } };
};
/**
 * @param {string} name
 * @param {string} label
 * @param {(on: boolean) => void} act
 */
const toggle = (name, label, act) => {
  const input = h("input", { type: "checkbox", name: `xiangqi-${name}`, onchange: (event) => act(event.currentTarget.checked) });
  return { node: h("label", { class: "toggle" }, input, h("span", {}, label)), set: (/** @type {any} */ on) => { input.checked = on; } };
};
/**
 * @param {string} label
 * @param {(string | number)[][]} options
 * @param {(value: string) => void} act
 */
const choice = (label, options, act) => {
  const select = h("select", { "aria-label": label, onchange: (event) => act(event.currentTarget.value) }, options.map(([value, text]) => h("option", { value }, text)));
  return { node: select, set: (/** @type {any} */ value) => { select.value = String(value); } };
};

// `acts` are what the buttons do, by name.
/** @param {Record<ButtonName, () => unknown>} acts */
export const makeButtons = (acts) => ({
  fresh: button("new", say("新局", "New game"), acts.fresh),
  undo: button("undo", say("悔棋", "Undo"), acts.undo),
  hint: button("suggest", say("提示", "Hint"), acts.hint),
  resign: button("resign", say("认输", "Resign"), acts.resign),
  run: button("run", "", acts.run),
  again: button("again", say("重试", "Try again"), acts.again),
  on: button("play-on", say("从这里下", "Play on from here"), acts.on),
  back: button("unshelve", say("回到我的对局", "Back to my game"), acts.back),
  hurry: button("hurry", say("马上走", "Move now"), acts.hurry),
  flip: button("flip", say("翻转棋盘", "Flip"), acts.flip),
});

// `keep(key)` gives what takes a setting over; `models` are the names of those that are offered.
/**
 * @param {{models: string[], levels: import("modou/xiangqi/views/match.js").Level[], keep: (key: string) => (value: any) => void, takeSide: (side: string) => void, takeModel: (model: string) => void, knock: (strong: boolean) => void}} given
 */
export const makeControls = ({ models, levels, keep, takeSide, takeModel, knock }) => ({
  side: segments("side", say("执棋", "Side"), [["red", say("红", "Red")], ["black", say("黑", "Black")], ["watch", say("观战", "Watch")]], takeSide),
  level: segments("level", say("难度", "Level"), levels.map(({ name, zh, en }) => [name, say(zh, en)]), keep("level")),
  model: choice(say("模型", "Model"), models.map((name) => [name, NAMES_OF_MODELS[name] || name]), takeModel),
  arrows: toggle("arrows", say("箭头", "Arrows"), keep("arrows")),
  sound: toggle("sound", say("声音", "Sound"), (on) => { keep("sound")(on); knock(false); }),
  speed: choice(say("速度", "Speed"), SPEEDS.map(([value, label]) => [value, say(`速度：${label}`, `Speed: ${label}`)]), (value) => keep("speed")(Number(value))),
});
