/** @typedef {{question: string, answer: string, span: [number, number] | null, sentence: string}} Pair as the quiz has it */
/** @typedef {{kind: {zh: string, en: string}, wrong: string[]}} Choices wrong answers of a kind */

/**
 * What the server answers to a request, or {error} in its place.
 *
 * @param {Record<string, (request: any) => Promise<any>>} server
 * @param {string} name
 * @param {object} data
 */
export const answerFrom = async (server, name, data) => {
  try {
    return (await server[name](data)) || { error: { zh: "服务器没有回答", en: "the server did not answer" } };
  } catch {
    return { error: { zh: "服务器没有回答，请再试一次", en: "the server did not answer; please try again" } };
  }
};
