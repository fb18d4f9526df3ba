// Where the nodes of a graph stand: all repel each other, edges are springs, names keep clear of each other, and a weak
// pull keeps the parts of the graph together. The same graph always gets the same picture.
import { boxes } from "modou/triples/views/graph/boxes.js";
import { forceLink, forceManyBody, forceSimulation, forceX, forceY } from "modou/views/vendor/d3.js";

/** @import { GraphEdge, GraphNode } from "modou/triples/views/graph/build.js" */

const COLD = 0.004;
const COOLING = 0.028;
const FRICTION = 0.4;
const REPULSION = 500;
const PULL = 0.045;
const NEAREST = 8;
// Parts of the graph that are farther apart than this need not flee each other.
const REACH = 360;
// Beyond this many nodes labels are shown by turns, so that their boxes need no room of their own.
export const ROOMY = 120;

/**
 * Gives new nodes their first places: beside a neighbour that has its place already, others on a spiral.
 *
 * @param {GraphNode[]} nodes
 * @param {GraphEdge[]} edges
 * @param {number} aspect
 */
const place = (nodes, edges, aspect) => {
  const placed = new Set(nodes.filter((node) => node.x !== undefined));
  for (const node of nodes) {
    if (placed.has(node)) continue;
    const edge = edges.find((e) => (e.from === node && placed.has(e.to)) || (e.to === node && placed.has(e.from)));
    const near = edge && (edge.from === node ? edge.to : edge.from);
    const angle = placed.size * 2.399963;
    const away = near ? 40 : 34 * Math.sqrt(placed.size);
    node.x = (near?.x ?? 0) + away * Math.cos(angle) * (near ? 1 : aspect);
    node.y = (near?.y ?? 0) + away * Math.sin(angle);
    placed.add(node);
  }
};

export const makeLayout = () => {
  const springs = forceLink(/** @type {{source: GraphNode, target: GraphNode, length: number}[]} */ ([]))
    .distance((spring) => spring.length)
    .strength(({ source, target }) => 1 / Math.min(source.degree, target.degree));
  const across = forceX();
  const down = forceY();
  const rooms = boxes(ROOMY);
  const simulation = forceSimulation(/** @type {GraphNode[]} */ ([]))
    .stop().alpha(0).alphaMin(COLD).alphaDecay(COOLING).velocityDecay(FRICTION)
    .force("apart", forceManyBody().strength(-REPULSION).distanceMin(NEAREST).distanceMax(REACH))
    .force("boxes", rooms)
    .force("springs", springs)
    .force("across", across)
    .force("down", down);
  let edges = 0;

  const settled = () => simulation.alpha() <= COLD;
  /** @param {number} least */
  const warm = (least) => { simulation.alpha(Math.max(simulation.alpha(), least)); };
  const step = () => {
    simulation.tick();
    return !settled();
  };

  return {
    /**
     * Nodes with a place keep it. Gives whether most of them are new.
     *
     * @param {GraphNode[]} newNodes
     * @param {GraphEdge[]} newEdges
     * @param {number} wide how much wider than high the room is
     */
    set(newNodes, newEdges, wide) {
      const aspect = Math.min(2.2, Math.max(0.6, wide));
      const fresh = newNodes.filter((node) => node.x === undefined).length;
      const changed = fresh || newNodes.length !== simulation.nodes().length || newEdges.length !== edges;
      edges = newEdges.length;
      place(newNodes, newEdges, aspect);
      simulation.nodes(newNodes);
      springs.links(newEdges.flatMap(({ from, to, length }) => (from === to ? [] : [{ source: from, target: to, length }])));
      across.strength(PULL / aspect);
      down.strength(PULL * aspect);
      const mostlyNew = fresh > newNodes.length / 2;
      if (changed) warm(mostlyNew ? 1 : 0.35);
      return mostlyNew;
    },
    warm,
    step,
    settle() {
      for (let i = 0; i < 400 && step(); i += 1);
    },
    get settled() { return settled(); },
  };
};
