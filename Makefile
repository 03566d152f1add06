# Paths are relative to this folder throughout, so that its own name may hold spaces and commas.
# PYTHON=python3.12 chooses the Python of the environments, ARGS="..." is handed on to the command.

# To a command of this project as they were typed: neither make nor the shell expands a $ in them.
export TYPED := $(value ARGS)
unexport ARGS
AS_TYPED = .venv/bin/python .ci/as-typed

.PHONY: reports test lab preview notebook experiment cluster add import diff messages check-pages check-lab check-reproducible check-faults check-cluster fuzz pdf archive bench growth compare lint hooks lock clean help .venv .venv-lab .venv-pages .venv-cluster

unexport PYTHONPATH PYTHONHOME JUPYTER_PATH # packages and kernels of other projects must not leak in
# A file name in Cyrillic is one in every locale.
export PYTHONUTF8 = 1

reports: .venv ## run what changed and write reports/index.html
	.venv/bin/python -m doit $(ARGS)

# One more than there are cores, since many tests wait for processes that they have started.
WORKERS = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
test: .venv ## run all tests
	.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

# What failed in a build lies in the hidden folder .build/failed/. By .ci/labconfig nobody is asked about news of Jupyter.
lab: .venv-lab ## open JupyterLab on notebooks/
	JUPYTER_PREFER_ENV_PATH=1 JUPYTER_CONFIG_PATH=.ci .venv-lab/bin/python -m jupyterlab \
		--LabApp.default_url=/lab/tree/notebooks --ContentsManager.allow_hidden=True $(ARGS)

preview: .venv ## show the site in the browser, and what is saved at once (ARGS="03 --port 8001": a page, a port)
	$(AS_TYPED) notebook_reports.preview

notebook: .venv ## write a small notebook to begin with: ARGS="06 compare-nationalities"
	@$(AS_TYPED) notebook_reports.begin

# With a scheduler, in the environment that has Dask.
TRIED_IN = $(if $(findstring --scheduler,$(value ARGS))$(DASK_SCHEDULER_ADDRESS),.venv-cluster,.venv)
experiment: $(TRIED_IN) ## run with other parameters, into a folder of its own: ARGS="03 -p NAME=VALUE"
	$(TRIED_IN)/bin/python -m doit
	$(TRIED_IN)/bin/python .ci/as-typed notebook_reports.runner.experiment

cluster: .venv-cluster ## set up .venv-cluster, which has the dask commands, for sweeps on many computers (docs/scale.md)

add: .venv ## add a figure to data/raw, and see at once what it does (ARGS="FIELD=VALUE ...", the others are asked for; ARGS=figures.csv: many)
	@$(AS_TYPED) dprk_entries.data.add

import: .venv ## show what a file from outside would do to the figures (ARGS="FILE"); with ARGS="FILE --yes" keep it
	@$(AS_TYPED) dprk_entries.data.imports

diff: .venv ## what uncommitted changes do to counts, growth, shares and verdicts (ARGS=REVISION to compare with another)
	@.venv/bin/python -m doit
	@$(AS_TYPED) notebook_reports.diff

# A catalogue each of those that are there, and a new one for ARGS=de.
CATALOGUES = src/dprk_entries/site/languages
messages: .venv ## bring the texts to translate up to date (ARGS=de: begin a language)
	mkdir -p .build
	.venv/bin/pybabel -q extract -F pyproject.toml --no-location -o .build/messages.pot src/dprk_entries/site
	for code in $(basename $(notdir $(wildcard $(CATALOGUES)/*.po))) $(ARGS); do \
		.venv/bin/pybabel -q update --init-missing --omit-header --no-fuzzy-matching --ignore-obsolete --no-wrap \
			-i .build/messages.pot -o $(CATALOGUES)/$$code.po -l $$(echo $$code | tr - _) || exit 1; \
	done

check-pages: .venv-pages ## open every page in Chromium: readable, usable and printable for all, loading nothing
	.venv-pages/bin/python -m pytest -n auto tests/browser $(ARGS)

check-lab: .venv .venv-lab .venv-pages ## run every notebook in JupyterLab, and merge notebooks by git, as people do
	.venv-pages/bin/python -m pytest -n 2 tests/lab $(ARGS)

check-reproducible: .venv ## run every notebook a second time, and name the cells, tables and figures that differ
	@.venv/bin/python -m doit
	@.venv/bin/python -m notebook_reports.runner.reproducible

check-faults: .venv ## kill, stop, starve and confuse builds at random moments: the next must heal each (ARGS=ROUNDS)
	.venv/bin/python tests/check_faults.py $(ARGS)

check-cluster: .venv-cluster ## run sweeps on a scheduler and workers of Dask that are killed at random moments (ARGS="--rounds 100")
	.venv-cluster/bin/python -m pytest tests/cluster $(ARGS)

fuzz: .venv ## feed every reader with what is nearly right, in about two minutes (ARGS="--seconds 600 --seed 7 --reader tables")
	@.venv/bin/python -m doit
	@.venv/bin/python tests/fuzz/fuzz.py $(ARGS)

pdf: .venv ## print every page of the reports to .build/pdf/, as the browser prints it
	$(AS_TYPED) notebook_reports.pdf

archive: .venv ## put tables and reports into one ZIP, the same byte for byte
	@.venv/bin/python -m doit
	@$(AS_TYPED) notebook_reports.archive

# Jupyter Book and mystmd run kernels of .venv-pages, as the other ways do. Where they cannot be had the bench goes without.
bench: .venv-pages ## time the build beside the ordinary ways to run the notebooks (half an hour; writes docs/benchmarks/; ARGS=ROUNDS, below 3 leaves it alone)
	-.venv-pages/bin/python -m venv .venv-peers && \
		.venv-peers/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r locks/peers.lock && \
		.venv-pages/bin/python -m ipykernel install --prefix .venv-peers
	.venv-pages/bin/python docs/benchmarks/build.py $(ARGS)

growth: .venv-pages ## time how cost grows with notebooks, parameter sets, figures, claims and cells (half an hour; writes docs/benchmarks/ and docs/scale.md; ARGS=claims for these alone)
	.venv-pages/bin/python docs/benchmarks/growth.py $(ARGS)

compare: .venv ## time the accounting, and set it beside Banff of Statistics Canada (two minutes)
	.venv/bin/python docs/benchmarks/accounting.py
	.venv/bin/python -m venv .venv-banff
	.venv-banff/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r locks/banff.lock
	.venv/bin/python docs/benchmarks/beside_banff.py .venv-banff/bin/python

lint: .venv ## run the pre-commit hooks on all files: style, imports, types, sizes
	.venv/bin/python -m pre_commit run --all-files --show-diff-on-failure $(ARGS)

hooks: .venv .venv-lab ## run the hooks at each commit from now on; show and merge notebooks cell by cell in git
	@sh .ci/hooks

# Versions stay as they are unless ARGS=--upgrade, or ARGS="--upgrade-package pandas". The locks of the build, the pages
# and the cluster start from that of the lab, whose versions they keep, so that all agree.
COMPILE = .venv/bin/uv --quiet pip compile --system-certs --python-version 3.11 --universal --fork-strategy fewest \
	--generate-hashes --no-header
lock: ## resolve the dependencies in pyproject.toml anew into the files of locks/
	test -x .venv/bin/uv || sh .ci/setup .venv locks/build.lock
	echo uv | $(COMPILE) - $(ARGS) -o locks/uv.lock
	printf '%s\n' 'jupyter-book<2' mystmd jupyter-server | $(COMPILE) - $(ARGS) -o locks/peers.lock
	echo banff | $(COMPILE) --no-strip-extras - $(ARGS) -o locks/banff.lock
	$(COMPILE) pyproject.toml --extra build --extra test --extra lab $(ARGS) -o locks/lab.lock
	cp locks/lab.lock locks/build.lock
	cp locks/lab.lock locks/pages.lock
	cp locks/lab.lock locks/cluster.lock
	$(COMPILE) pyproject.toml --extra build --extra test --extra pages -o locks/pages.lock
	$(COMPILE) pyproject.toml --extra build --extra test --extra cluster -o locks/cluster.lock
	$(COMPILE) pyproject.toml --extra build --extra test -o locks/build.lock

clean: ## remove the environments and all else that git ignores here by name
	rm -rf .venv .venv-lab .venv-pages .venv-cluster .venv-banff .venv-peers .venv.lock .venv-lab.lock .venv-pages.lock .venv-cluster.lock .build .pytest_cache .ruff_cache .mypy_cache .hypothesis

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' Makefile

.venv:
	@sh .ci/setup .venv locks/build.lock

.venv-lab:
	@sh .ci/setup .venv-lab locks/lab.lock

.venv-pages:
	@sh .ci/setup .venv-pages locks/pages.lock

.venv-cluster:
	@sh .ci/setup .venv-cluster locks/cluster.lock
