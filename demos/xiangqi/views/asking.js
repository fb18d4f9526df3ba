// Requests to the server, which may be away or have too much to do.
/** @param {number} milliseconds */
export const sleep = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

/** @param {Record<string, (request: any) => Promise<any>>} server */
export const makeAsk = (server) => {
  /**
   * @param {string} call
   * @param {any} request
   */
  const ask = async (call, request) => {
    const answer = await server[call](request);
    return answer || { offline: true, error: { zh: "连不上服务器，请稍后重试", en: "the server cannot be reached; please try again" } };
  };
  // As `ask`, but a server that is full is asked again after a while, as long as the answer is `wanted`.
  /**
   * @param {string} call
   * @param {any} request
   * @param {() => boolean} wanted
   */
  const patiently = async (call, request, wanted) => {
    let answer = await ask(call, request);
    for (let tries = 1; answer.busy && tries <= 10 && wanted(); tries += 1) {
      await sleep(300 * tries);
      if (wanted()) answer = await ask(call, request);
    }
    return answer;
  };
  return { ask, patiently };
};
