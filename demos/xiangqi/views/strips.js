// Above and below the board: who plays there, and what was captured.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { SIDE_NAMES } from "modou/xiangqi/views/names.js";
import { FACES, isRed } from "modou/xiangqi/views/pieces.js";

/** @import { Match, Side } from "modou/xiangqi/views/match.js" */
/** @import { Piece } from "modou/xiangqi/views/pieces.js" */

/** @param {Match} match */
export const makeStrips = (match) => {
  const strips = { above: h("div", { class: "strip" }), below: h("div", { class: "strip" }) };
  /** @param {Piece[]} pieces */
  const drawStrips = (pieces) => {
    const gone = pieces.filter((piece) => !piece.at).map((piece) => piece.letter);
    /**
     * @param {HTMLElement} strip
     * @param {Side} side
     */
    const fill = (strip, side) => {
      const taken = gone.filter((letter) => isRed(letter) !== (side === "red"));
      taken.sort((a, b) => "RCNPABK".indexOf(a.toUpperCase()) - "RCNPABK".indexOf(b.toUpperCase()));
      const tagged = match.state.mode === "replay" && match.state.tags && (side === "red" ? match.state.tags.Red || match.state.tags.White : match.state.tags.Black);
      // A question mark is PGN for "unknown".
      const who = (tagged !== "?" && tagged) || (match.state.mode === "play" && side === match.state.side ? say("您", "you") : match.state.mode === "replay" ? "" : "GPT");
      const thinking = match.busy === "think" && match.game.side === side;
      strip.classList.toggle("moving", !match.isOver() && match.game.side === side && match.atEnd());
      strip.replaceChildren(
        h("span", { class: `who ${side}` }, h("i", {}), `${SIDE_NAMES[side]}${who ? ` · ${who}` : ""}`),
        h("span", { class: "thinking" }, thinking ? say("思考中…", "thinking…") : ""),
        h("span", { class: "taken", lang: "zh-Hant", "aria-label": taken.length ? say("吃掉的子", "captured") : null },
          taken.map((letter) => h("i", { class: isRed(letter) ? "red" : "black" }, FACES[letter]))));
    };
    fill(strips.above, match.state.flipped ? "red" : "black");
    fill(strips.below, match.state.flipped ? "black" : "red");
  };
  return { ...strips, draw: drawStrips };
};
