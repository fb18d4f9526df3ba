# Three targets for everyday use: run, test, check. Everything lives in .venv; nothing else is needed but Python 3.11.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# The Node of requirements-dev.txt before any that the machine has.
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
DATA ?= ../shared/data
# The pre-trained encoder to start from: this folder, or START=BAAI/bge-small-zh-v1.5 from the Hub.
START ?= ../shared/models/bge-small-zh-v1.5
# Training allocates and frees large tensors all the time; without these glibc gives the pages back in between, which
# costs a third of the speed on a CPU.
FAST_MALLOC := MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=500000000

.PHONY: run test test-ray check types audit sums format load fuzz space-rehearsal eval train-backbone train-triples train-events train-xiangqi \
  engine-games train-similarity train-text2sql train-text2sql-sketch train-qa-pairs clean

run: $(VENV)/.run
	MODOU_OPEN_BROWSER=$${MODOU_OPEN_BROWSER:-1} $(BIN)/python app.py

test: $(VENV)/.dev
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser tests need chromium: install it with your package manager." >&2; exit 1; fi
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# A Ray cluster of two workers on this machine (deploy/ray).
test-ray: $(VENV)/.ray
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m ray tests/test_ray.py tests/test_ray_batch.py

check: $(VENV)/.dev node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find demos -name '*.pyi' -delete  # stubs that Gradio writes beside components, and does not keep up to date
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m demos.views.write_types --check
	$(NODE) node_modules/.bin/tsc
	$(NODE) node_modules/.bin/eslint --max-warnings 0 demos

# Types of what the page's modules are sent, after a class of theirs has changed.
types: $(VENV)/.run
	$(BIN)/python -m demos.views.write_types

# Known vulnerabilities of what requirements.txt brings; fails where the advisory service cannot be reached.
audit: $(VENV)/.dev
	$(BIN)/python tests/audit.py

# Checksums of the weights, after a training wrote new ones.
sums: $(VENV)/.run
	$(BIN)/python -c "from core import catalog; catalog.write_sums()"

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# 50 visitors at once for three minutes; what the answers take, and whether anybody gets another's.
load: $(VENV)/.run
	$(BIN)/python benchmarks/load.py $(ARGS)

# A Space before there is one: a fresh image, or environment and user, without a network, on two CPUs: cold start, memory,
# restart, 50 visitors.
space-rehearsal:
	$(PYTHON) benchmarks/space_rehearsal.py $(ARGS)

# 12,000 hostile requests to the app; `make test` sends 300 of them.
fuzz: $(VENV)/.dev
	$(BIN)/python benchmarks/fuzz.py $(ARGS)

# Dev figures of every model that ships.
eval: $(VENV)/.run runs/backbone/data/train.npy runs/xiangqi/dev/human_dev/kinds.npy
	$(BIN)/python -m training.backbone.evaluate --data runs/backbone/data
	for model in $(filter-out %-events,$(wildcard assets/models/triples-*)); do echo $$model; \
	  $(BIN)/python -m training.triples.evaluate --model $$model --data $(DATA)/triples/duie2_dev.jsonl \
	    --table --calibration || exit 1; done
	$(BIN)/python -m training.triples.evaluate_events --data $(DATA)/events/duee_dev.jsonl --table
	$(BIN)/python -m training.similarity.evaluate --data $(DATA)/similarity
	$(BIN)/python -m training.text2sql.evaluate --data $(DATA)/text2sql
	$(BIN)/python -m training.text2sql.evaluate_form
	for what in reader generator pairs; do \
	  $(BIN)/python -m training.qa_pairs.evaluate $$what --data $(DATA)/questions || exit 1; done
	$(BIN)/python -m training.xiangqi.evaluate --data runs/xiangqi/dev --prefixes \
	  --model assets/models/xiangqi-board assets/models/xiangqi-moves

$(DATA):
	@echo "No data at $(DATA): the model cards name the sets; say where they are with DATA=FOLDER." >&2; exit 1

runs/backbone/data/train.npy: | $(VENV)/.run $(DATA)
	$(BIN)/python -m training.backbone.prepare --data $(DATA) --out runs/backbone/data

train-backbone: $(VENV)/.run runs/backbone/data/train.npy
	$(FAST_MALLOC) $(BIN)/python -m training.backbone.train --out runs/backbone/mini $(ARGS)
	$(BIN)/python -m training.export runs/backbone/mini/model assets/models/backbone

# That encoder, one token per character.
runs/backbone/start/config.json: | $(VENV)/.run
	$(BIN)/python -m training.backbone.start --source $(START) --out runs/backbone/start

# One head: gplinker; casrel, which begins with the encoder of the gplinker that ships; or dgcnn, taught by that casrel. A
# GPLinker labels more sentences first, from which the head learns beside the labelled ones.
HEAD ?= gplinker
TRAIN_gplinker := --epochs 5 --extra-share 0.4
TRAIN_casrel := --epochs 1 --lr 1e-4 --extra-share 0.2 --start assets/models/triples-gplinker
TRAIN_dgcnn := --epochs 5 --extra-share 0.3 --start runs/triples/distilled/model
runs/triples/selftrain.jsonl: runs/backbone/start/config.json | $(VENV)/.run $(DATA)
	$(FAST_MALLOC) $(BIN)/python -m training.triples.train --data $(DATA)/triples --hold-out --epochs 8 --out runs/triples/teacher
	$(BIN)/python -m training.export runs/triples/teacher/best runs/triples/teacher/int8 --int8
	$(BIN)/python -m training.triples.selftrain --models runs/triples/teacher/int8 --data $(DATA)/triples \
	  --corpus $(DATA)/questions/train.jsonl $(DATA)/corpus/combined.txt.xz --most 7000 --out $@

train-triples: runs/triples/selftrain.jsonl | $(VENV)/.run $(DATA)
	$(if $(filter dgcnn,$(HEAD)),$(FAST_MALLOC) $(BIN)/python -m training.triples.distil --data $(DATA)/triples \
	  --corpus $(DATA)/questions/train.jsonl $(DATA)/corpus/small.txt.xz --most 4000 --substitutes 0 --out runs/triples/distilled)
	$(FAST_MALLOC) $(BIN)/python -m training.triples.train --head $(HEAD) --data $(DATA)/triples --hold-out \
	  $(TRAIN_$(HEAD)) --extra runs/triples/selftrain.jsonl --out runs/triples/$(HEAD) $(ARGS)
	$(BIN)/python -m training.export runs/triples/$(HEAD)/best assets/models/triples-$(HEAD) --int8
	$(BIN)/python -m training.triples.rivals --model triples-$(HEAD) --data $(DATA)/triples --write

# GPLinker for events; calibration and thresholds are fitted on the 8-bit model.
train-events: $(VENV)/.run runs/backbone/start/config.json | $(DATA)
	$(FAST_MALLOC) $(BIN)/python -m training.triples.events --data $(DATA)/events --empty $(DATA)/questions/train.jsonl \
	  --out runs/triples/events $(ARGS)
	$(BIN)/python -m training.export runs/triples/events/best assets/models/triples-events --int8
	$(BIN)/python -m training.triples.evaluate_events --data $(DATA)/events/duee_dev.jsonl --fit --write

# The encoder, broadly and then on what is graded by hand; then the static vectors, which are distilled from it.
train-similarity: $(VENV)/.run | $(DATA)
	$(FAST_MALLOC) $(BIN)/python -m training.similarity.train --data $(DATA)/similarity --out runs/similarity/broad $(ARGS)
	$(FAST_MALLOC) $(BIN)/python -m training.similarity.train --data $(DATA)/similarity --start runs/similarity/broad/best \
	  --sets stsb=3 written=3 triplets=3 opposites=0.2 nli=0.1 --epochs 4 --lr 7e-5 --out runs/similarity/encoder $(ARGS)
	$(BIN)/python -m training.export runs/similarity/encoder/best assets/models/similarity-encoder --int8
	$(BIN)/python -m training.similarity.distil_static --data $(DATA) --out runs/similarity/distilled
	$(BIN)/python -m training.similarity.whiten runs/similarity/distilled assets/models/similarity-static
	$(BIN)/python -m training.similarity.evaluate --data $(DATA)/similarity --write

# Questions made, written by hand and of older sets, encoded once; then the writer of forms, and how sure it may be.
train-text2sql: $(VENV)/.run runs/backbone/start/config.json | $(DATA)
	$(BIN)/python -m training.text2sql.made --data $(DATA) --count 28000 --out runs/text2sql/made.jsonl
	$(BIN)/python -m training.text2sql.form_data --questions runs/text2sql/made.jsonl \
	  --tables runs/text2sql/made_tables.jsonl --out runs/text2sql/encoded/made.pkl
	$(BIN)/python -m training.text2sql.form_data --questions training/data/text2sql/train.jsonl.gz \
	  --tables training/data/text2sql/tables_train.jsonl.gz --copies 2 --out runs/text2sql/encoded/written.pkl
	for seed in 0 1; do $(BIN)/python -m training.text2sql.form_data --older $(DATA)/text2sql --seed $$seed \
	  --out runs/text2sql/encoded/older_$$seed.pkl || exit 1; done
	$(FAST_MALLOC) $(BIN)/python -m training.text2sql.train_form --dropout 0.05 --out runs/text2sql/form \
	  --plan made=0.35,written=0.2 made=0.18,written=0.3,older_0=0.25 made=0.54,written=0.27,older_1=0.6 \
	  made=0.11,written=0.36,older_0=0.6 made=0.05,written=0.16,older_1=0.3 made=0.1,written=0.28,older_0=0.6 \
	  written=0.32,older_1=0.6 written=0.05,older_0=0.3 $(ARGS)
	$(BIN)/python -m training.export runs/text2sql/form/best assets/models/text2sql-form --int8
	$(BIN)/python -m training.text2sql.evaluate_form --fit
	$(BIN)/python -m training.text2sql.evaluate --model assets/models/text2sql-form --data $(DATA)/text2sql --write

# The sketch filler, for comparison.
train-text2sql-sketch: $(VENV)/.run | $(DATA)
	$(FAST_MALLOC) $(BIN)/python -m training.text2sql.train --data $(DATA)/text2sql --out runs/text2sql/sketch $(ARGS)
	$(BIN)/python -m training.export runs/text2sql/sketch/best assets/models/text2sql-sketch --int8

# The reader that checks and the generator that asks, each in two stages.
train-qa-pairs: $(VENV)/.run runs/backbone/start/config.json | $(DATA)
	$(FAST_MALLOC) $(BIN)/python -m training.qa_pairs.train reader --data $(DATA) --out runs/qa_pairs/broad $(ARGS)
	$(FAST_MALLOC) $(BIN)/python -m training.qa_pairs.train reader --data $(DATA) --init runs/qa_pairs/broad/best \
	  --epochs 1 --lr 7e-5 --out runs/qa_pairs/reader $(ARGS)
	$(FAST_MALLOC) $(BIN)/python -m training.qa_pairs.train generator --data $(DATA) \
	  --epochs 2 --tokens 2048 --out runs/qa_pairs/early $(ARGS)
	$(FAST_MALLOC) $(BIN)/python -m training.qa_pairs.train generator --data $(DATA) --init runs/qa_pairs/early/best \
	  --epochs 1 --older 0.35 --tokens 2048 --lr 2.5e-4 --head-lr 5e-4 --decay 0.9 --out runs/qa_pairs/generator $(ARGS)
	for part in reader generator; do \
	  $(BIN)/python -m training.export runs/qa_pairs/$$part/best assets/models/qa-$$part --int8 || exit 1; done
	$(BIN)/python -m training.qa_pairs.evaluate reader --data $(DATA)/questions --fit

runs/xiangqi/dev/human_dev/kinds.npy: | $(VENV)/.run $(DATA)
	$(BIN)/python -m training.xiangqi.prepare --games $(DATA)/xiangqi/human_dev.jsonl --out runs/xiangqi/dev

# Games of fairy-stockfish (Debian package of that name) with itself and with the GPT, before train-xiangqi: 12 million
# engine moves by two processes. Stop it when you like: it goes on where it was. It says how many there are.
engine-games: $(VENV)/.run | $(DATA)
	for seed in 1 2; do $(BIN)/python -m training.xiangqi.selfplay --seed $$seed --out runs/xiangqi/games \
	  --data $(DATA)/xiangqi/human_train.jsonl $(ARGS) & done; wait

# One leg of training, with the games that there are; once more with ARGS=--resume for the next, from where the rate of
# the one before had not fallen yet.
train-xiangqi: $(VENV)/.run runs/xiangqi/dev/human_dev/kinds.npy | $(DATA)
	$(BIN)/python -m training.xiangqi.openings --games $(DATA)/xiangqi/human_train.jsonl
	$(BIN)/python -m training.xiangqi.prepare --out runs/xiangqi/prepared \
	  --games $(DATA)/xiangqi/human_train.jsonl $(wildcard runs/xiangqi/games/*.jsonl)
	$(FAST_MALLOC) $(BIN)/python -m training.xiangqi.train --out runs/xiangqi/board --legal-weight 3 $(ARGS)
	$(FAST_MALLOC) $(BIN)/python -m training.xiangqi.train --variant moves --out runs/xiangqi/moves --minutes 30 $(ARGS)
	$(BIN)/python -m training.export runs/xiangqi/board/model assets/models/xiangqi-board
	$(BIN)/python -m training.export runs/xiangqi/moves/model assets/models/xiangqi-moves --int8

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.ray: deploy/ray/requirements.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r deploy/ray/requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# What checks the page's modules; nothing of it is needed to run them.
node_modules/.installed: package.json package-lock.json $(VENV)/.dev
	$(NODE) npm ci --no-audit --no-fund --silent
	@touch $@
