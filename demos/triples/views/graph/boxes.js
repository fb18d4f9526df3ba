// A force for d3-force: a node and its name are a box, and boxes that overlap part along the side that is nearer.
import { quadtree } from "modou/views/vendor/d3.js";

/** @import { GraphNode } from "modou/triples/views/graph/build.js" */

const STRENGTH = 0.12;
const BETWEEN = { x: 10, y: 6 };

/** @typedef {GraphNode & {x: number, y: number, vx: number, vy: number, index: number}} Placed as d3-force keeps a node */

/**
 * @param {Placed} a
 * @param {Placed} b
 */
const part = (a, b) => {
  const [dx, dy] = [b.x - a.x || 0.01, b.y - a.y || 0.01];
  const overX = (a.width + b.width) / 2 + BETWEEN.x - Math.abs(dx);
  const overY = (a.height + b.height) / 2 + BETWEEN.y - Math.abs(dy);
  if (overX <= 0 || overY <= 0) return;
  /** @type {["vx" | "vy", number]} */
  const [axis, push] = overX < overY ? ["vx", STRENGTH * overX * Math.sign(dx)] : ["vy", STRENGTH * overY * Math.sign(dy)];
  a[axis] -= push;
  b[axis] += push;
};

/** @param {number} most nodes up to which there is room for boxes at all */
export const boxes = (most) => {
  /** @type {Placed[]} */
  let nodes = [];
  let [wide, high] = [0, 0];
  const force = () => {
    if (nodes.length > most) return;
    const tree = quadtree(nodes, (node) => node.x, (node) => node.y);
    for (const a of nodes) {
      // As far as the middle of a box that overlaps this one may be.
      const [across, down] = [(a.width + wide) / 2 + BETWEEN.x, (a.height + high) / 2 + BETWEEN.y];
      tree.visit((quad, left, top, right, bottom) => {
        if (!quad.length) {
          for (let leaf = /** @type {typeof quad | undefined} */ (quad); leaf; leaf = leaf.next) {
            // Each pair once, by the nodes' order.
            if (leaf.data.index > a.index) part(a, leaf.data);
          }
        }
        return left > a.x + across || right < a.x - across || top > a.y + down || bottom < a.y - down;
      });
    }
  };
  /** @param {GraphNode[]} given */
  force.initialize = (given) => {
    nodes = /** @type {Placed[]} */ (given);
    wide = Math.max(0, ...nodes.map((node) => node.width));
    high = Math.max(0, ...nodes.map((node) => node.height));
  };
  return force;
};
