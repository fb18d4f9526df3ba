// How far the load of a checkpoint is.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @typedef {{stage: "download" | "read" | "pack", done: number, total: number, seconds: number}} Progress */

/** @param {number} n */
export const megabytes = (n) => (n >= 1000 ? `${(n / 1000).toFixed(2)} GB` : `${n.toFixed(1)} MB`);

/** @param {Progress} progress */
const told = ({ stage, done, total }) => {
  if (stage === "download") {
    return say(`下载中：${megabytes(done / 1e6)} / ${megabytes(total / 1e6)}`, `Downloading: ${megabytes(done / 1e6)} of ${megabytes(total / 1e6)}`);
  }
  if (!total) return say("准备读权重", "About to read the weights");
  if (stage === "pack" && done < total) return say(`变成 8 位：${done} / ${total} 个矩阵`, `Making 8 bits of them: ${done} of ${total} matrices`);
  return done < total ? say(`读权重：${done} / ${total} 个张量`, `Reading weights: ${done} of ${total} tensors`)
    : say("权重已读，正在准备", "Weights read; getting ready");
};

/** @param {Progress} progress */
export const progressLine = (progress) => h("p", { class: "progress", role: "status" },
  h("i", { class: "gauge", style: `--p:${progress.total ? Math.min(1, progress.done / progress.total) : 0}` }),
  `${told(progress)} · ${progress.seconds.toFixed(0)} s`);
