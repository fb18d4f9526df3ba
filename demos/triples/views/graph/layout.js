// Where the nodes of a graph stand: a force-directed layout. All nodes repel each other (there are few enough for every
// pair to be looked at), edges are springs, and a weak pull keeps the parts of the graph together. The forces are those
// of Fruchterman and Reingold (1991), integrated with friction while a heat that falls lets the graph settle.

const COLD = 0.004;
const COOLING = 0.028;
const FRICTION = 0.6;
const REPULSION = 500;
const PULL = 0.045;
// Parts of the graph that are farther apart than this need not flee each other.
const REACH = 360;
// Beyond this many nodes labels are shown by turns, so that their boxes need no room of their own.
export const ROOMY = 120;

export const makeLayout = () => {
  let nodes = [];
  let edges = [];
  let heat = 0;
  // How much wider than high the room is.
  let aspect = 1.5;

  // New nodes start beside a neighbour that has its place already, others on a spiral, so that the same graph always
  // gets the same picture.
  const place = (fresh) => {
    const places = new Map(nodes.filter((n) => n.x !== undefined).map((n) => [n, n]));
    for (const node of fresh) {
      const edge = edges.find((e) => (e.from === node && places.has(e.to)) || (e.to === node && places.has(e.from)));
      const near = edge && (edge.from === node ? edge.to : edge.from);
      const i = places.size;
      const angle = i * 2.399963;
      const away = near ? 40 : 34 * Math.sqrt(i);
      node.x = (near ? near.x : 0) + away * Math.cos(angle) * (near ? 1 : aspect);
      node.y = (near ? near.y : 0) + away * Math.sin(angle);
      node.vx = 0;
      node.vy = 0;
      places.set(node, node);
    }
  };

  const repel = () => {
    const roomy = nodes.length <= ROOMY;
    for (let i = 0; i < nodes.length; i += 1) {
      const a = nodes[i];
      for (let j = i + 1; j < nodes.length; j += 1) {
        const b = nodes[j];
        const dx = b.x - a.x || 0.01;
        const dy = b.y - a.y || 0.01;
        const square = dx * dx + dy * dy;
        if (square > REACH * REACH) continue;
        const push = (-REPULSION * heat) / Math.max(60, square);
        a.vx += dx * push;
        a.vy += dy * push;
        b.vx -= dx * push;
        b.vy -= dy * push;
        if (!roomy) continue;
        // A node and its label are a box; boxes that overlap part along the side that is nearer.
        const overX = (a.width + b.width) / 2 + 10 - Math.abs(dx);
        const overY = (a.height + b.height) / 2 + 6 - Math.abs(dy);
        if (overX <= 0 || overY <= 0) continue;
        const [axis, over, to] = overX < overY ? ["vx", overX, Math.sign(dx)] : ["vy", overY, Math.sign(dy)];
        a[axis] -= 0.12 * over * to;
        b[axis] += 0.12 * over * to;
      }
    }
  };

  const spring = () => {
    for (const { from, to, length } of edges) {
      if (from === to) continue;
      const dx = to.x - from.x || 0.01;
      const dy = to.y - from.y || 0.01;
      const distance = Math.hypot(dx, dy);
      const pull = (heat * (distance - length)) / distance / Math.min(from.degree, to.degree);
      // The end with more edges is the heavier one.
      const share = from.degree / (from.degree + to.degree);
      to.vx -= dx * pull * share;
      to.vy -= dy * pull * share;
      from.vx += dx * pull * (1 - share);
      from.vy += dy * pull * (1 - share);
    }
  };

  const step = () => {
    repel();
    spring();
    for (const node of nodes) {
      node.vx = (node.vx - (node.x * PULL * heat) / aspect) * FRICTION;
      node.vy = (node.vy - node.y * PULL * heat * aspect) * FRICTION;
      if (node.held) {
        node.vx = 0;
        node.vy = 0;
      }
      node.x += node.vx;
      node.y += node.vy;
    }
    heat *= 1 - COOLING;
    return heat > COLD;
  };

  return {
    // Nodes are {degree, width, height} and get x and y; edges are {from, to, length}. Nodes with a place keep it.
    // Gives whether most of them are new.
    set(newNodes, newEdges, newAspect) {
      const known = new Set(nodes);
      const fresh = newNodes.filter((n) => n.x === undefined);
      const changed = fresh.length || newNodes.length !== known.size || newEdges.length !== edges.length;
      nodes = newNodes;
      edges = newEdges;
      aspect = Math.min(2.2, Math.max(0.6, newAspect));
      place(fresh);
      const mostlyNew = fresh.length > nodes.length / 2;
      if (changed) heat = Math.max(heat, mostlyNew ? 1 : 0.35);
      return mostlyNew;
    },
    warm(least) { heat = Math.max(heat, least); },
    step,
    settle() {
      for (let i = 0; i < 400 && step(); i += 1);
    },
    get settled() { return heat <= COLD; },
  };
};
