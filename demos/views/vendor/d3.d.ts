export { forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
export { drag } from "d3-drag";
export { quadtree } from "d3-quadtree";
export { select } from "d3-selection";
export { zoom, zoomIdentity } from "d3-zoom";
