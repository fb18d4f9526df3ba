// What a saved game says of itself, in PGN's tags.
import { say } from "modou/views/language.js";

/** @import { Match, Tags } from "modou/xiangqi/views/match.js" */

/**
 * @param {Match} match
 * @returns {Tags}
 */
export const tagsOf = (match) => {
  const { mode, model, side, tags } = match.state;
  // A question mark is PGN for "unknown".
  const said = Object.fromEntries(Object.entries(tags || {}).filter(([, value]) => value && value !== "?"));
  // The visitor's own day, as PGN writes it.
  const today = new Date().toLocaleDateString("sv").replaceAll("-", ".");
  if (mode === "replay") {
    // Who played only the text knows, and when it was, where it says at what event. What began from a position and has
    // no title is a study of the visitor's.
    return said.Event || !match.fromElsewhere() ? said : { Event: say("墨斗复盘", "A study at Modou"), Date: today, ...said };
  }
  const gpt = `Modou GPT (${model})`;
  const human = say("棋手", "Player");
  const [red, black] = mode === "watch" ? [gpt, gpt] : side === "red" ? [human, gpt] : [gpt, human];
  // Of the text of a position its title goes for this game too; its players and its day were another's.
  return { Event: said.Event || say("墨斗对局", "A game at Modou"), Date: today, Red: red, Black: black };
};
