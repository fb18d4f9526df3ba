/** @typedef {{question: string, answer: string, span: [number, number] | null, sentence: string}} Pair as the quiz has it */
/** @typedef {{kind: {zh: string, en: string}, wrong: string[]}} Choices wrong answers of a kind */

/**
 * What the server answers to a request, or {error} in its place.
 *
 * @param {Record<string, (request: any) => Promise<any>>} server
 * @param {string} name
 * @param {object} data
 */
const answerFrom = async (server, name, data) => {
  try {
    return (await server[name](data)) || { error: { zh: "服务器没有回答", en: "the server did not answer" } };
  } catch {
    return { error: { zh: "服务器没有回答，请再试一次", en: "the server did not answer; please try again" } };
  }
};

/**
 * Requests about the run on the page (`current`): what the server answers, or {error}; null where the page has gone on to
 * another run meanwhile.
 *
 * @param {Record<string, (request: any) => Promise<any>>} server
 * @param {() => any} current
 */
export const asker = (server, current) => async (/** @type {string} */ name, /** @type {object} */ data) => {
  const { id, passage, beams } = current();
  const answer = await answerFrom(server, name, { passage, beams, ...data });
  return current()?.id === id ? answer : null;
};

/**
 * Wrong answers for pairs, asked for once as long as these and the `run` are the same; what failed is asked for anew.
 *
 * @param {(pairs: Pick<Pair, "question" | "answer" | "span">[]) => Promise<any>} ask
 * @param {() => unknown} run
 * @returns {(pairs: Pair[]) => Promise<any>}
 */
export const remembered = (ask, run) => {
  /** @type {{key: string, asked: Promise<any>} | null} */
  let last = null;
  return async (pairs) => {
    const wanted = pairs.map(({ question, answer, span }) => ({ question, answer, span }));
    const key = JSON.stringify([run(), wanted]);
    const current = last?.key === key ? last : { key, asked: ask(wanted) };
    last = current;
    const found = await current.asked;
    if (last === current && !found?.choices) last = null;
    return found;
  };
};
