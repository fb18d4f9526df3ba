// Looking at other positions of the game, by hand or by itself.
import { sleep } from "modou/xiangqi/views/asking.js";

/** @import { ChoiceParts } from "modou/xiangqi/views/choices.js" */
/** @import { Match } from "modou/xiangqi/views/match.js" */

/**
 * @param {Match} match
 * @param {Omit<ChoiceParts, "patiently">} given
 */
export const makeReplay = (match, { element, page, knock, opinions, moves }) => {
  const { view } = opinions;
  const { abandon, next } = moves;
  // The visitor looks at a position, which stops what would move on from it.
  /** @param {number} ply */
  const browse = (ply) => {
    match.running = false;
    match.loops += 1;
    if (match.state.mode === "watch" && match.busy === "think") abandon();
    view(ply);
  };
  const autoplay = async () => {
    match.running = !match.running;
    match.loops += 1;
    const number = match.loops;
    const going = () => match.running && number === match.loops && element.isConnected && !match.atEnd();
    if (match.running && match.atEnd()) match.viewed = 0;
    page.update();
    while (going()) {
      await sleep(match.state.speed);
      if (!going()) break;
      view(match.viewed + 1);
      knock(match.game.checks[match.viewed]);
    }
    if (number !== match.loops) return;
    match.running = false;
    page.update();
  };
  const toggleRun = () => {
    if (match.state.mode === "replay") {
      autoplay();
      return;
    }
    const on = !match.running;
    abandon();
    match.running = on;
    next();
  };
  return { browse, toggleRun };
};
