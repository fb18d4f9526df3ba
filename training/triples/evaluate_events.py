"""F1 of events on DuEE's dev sentences: of arguments by characters (DuEE's own), of exact arguments, triggers, events.

    python -m training.triples.evaluate_events
    python -m training.triples.evaluate_events --model runs/triples/events/best --table
    python -m training.triples.evaluate_events --model assets/models/triples-events --fit

Prints JSON; `--table` adds the figures of each type. `--fit` fits calibration and thresholds on the model as it is
served, in 8 bits, and writes them into its config.json; `--write` writes the figures beside it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core import catalog
from core.runtime import configure
from core.triples.event_extractor import EventExtractor
from training.common import read_jsonl, write_figures
from training.triples.evaluate import fit_calibration
from training.triples.event_metrics import Read, best_thresholds, flat, per_type, placed, read_all, score
from training.triples.metrics import Predicted


def calibration_of(reads: Sequence[Read]) -> tuple[float, float]:
    """Platt scaling of the raw probabilities of arguments and triggers: of being right in type, role and place."""
    results = []
    for read in reads:
        gold = {(kind, role, str(span)) for kind, arguments in read.gold for role, span in arguments}
        scores = {
            (graph.type, role, str((read.seen.offsets[i][0], read.seen.offsets[j][1]))): p
            for graph in read.seen.graphs
            for (role, i, j), p in zip(graph.arguments, graph.scores, strict=True)
        }
        results.append(Predicted(gold, scores))
    return fit_calibration(results)


def fit(extractor: EventExtractor, reads: Sequence[Read], config: Path) -> dict[str, Any]:
    """Fit calibration and thresholds and write them to the file `config`."""
    mine = extractor.model.config
    mine.calibration = calibration_of(reads)
    mine.threshold, mine.link_threshold, _ = best_thresholds(reads, extractor)
    fitted = {
        "calibration": mine.calibration,
        "threshold": round(mine.threshold, 4),
        "link_threshold": round(mine.link_threshold, 4),
    }
    found = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps(found | fitted, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return fitted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/events/duee_dev.jsonl"))
    parser.add_argument("--model", help="folder or Hub id; default: the bundled model")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--fit", action="store_true", help="calibration and thresholds, into the model's config")
    parser.add_argument("--write", action="store_true", help="the figures, into the model's figures.json")
    args = parser.parse_args()
    configure()
    folder = catalog.find("events", args.model).folder
    extractor = EventExtractor.from_folder(folder, "cpu")
    reads = read_all(extractor, list(read_jsonl(args.data)))
    if args.fit:
        print(json.dumps(fit(extractor, reads, folder / "config.json")))
    events = [placed(extractor.read(read.seen)) for read in reads]
    found = score(reads, events)
    print(json.dumps({name: {k: round(v, 4) for k, v in of.items()} for name, of in found.items()}))
    if args.write:
        write_figures(folder, **flat(found))
    if args.table:
        for kind, of in per_type(reads, events).items():
            print(f"{kind}\t" + "\t".join(f"{name} {row['f1']:.3f}" for name, row in of.items()))


if __name__ == "__main__":
    main()
