# `make demo` runs the main job, `make test` every check and test; both set everything up first.
.PHONY: help setup demo preview test approvals campaign-preview guard-full campaign-guard coverage-templates campaign-torture campaign-faults campaign-print campaign-model campaign-parity campaign-attacks campaign-sftp campaign-routing campaign-equality check static unit rendering dispatch browser lock references bench campaign-formats clean

VAXEL := .venv/bin/vaxel
# One process more than there are processors: one of them mostly waits for a browser, a server or a clock.
PYTEST := .venv/bin/python -m pytest -q -n $(shell expr $$(nproc) + 1) --dist loadscope --no-loadscope-reorder
GUARD := --vaxel-packs templates --vaxel-samples samples --vaxel-baselines tests/regression/baselines
EQUALITY := VAXEL_CAMPAIGN=full .venv/bin/python -m pytest -q -s -p no:xdist tests/engine/compiled/test_equality_campaign.py
APPROVED := --packs templates --samples samples --baselines tests/regression/baselines \
	--pictures "sample=november.json-1 language=sv artifact=mailbox_pdf"

help:
	@echo "make demo        one file in, every artifact out, each handed over to a local stand-in of its provider"
	@echo "make preview     the designers' page: every artifact side by side, refreshed on save"
	@echo "make test        every check and test"
	@echo "make campaign-model  1,000 generated documents written and judged by the official rules"
	@echo "make campaign-print  an invoice of 900 lines, its subtotals read back page by page"
	@echo "make campaign-attacks  every template, style, page and picture that has been seen to hang, read or call"
	@echo "make campaign-equality  2,000 generated documents of each pack set both ways, compared object for object; 480 planted faults found"
	@echo "make campaign-parity 1,000 generated documents read back from every artifact, 100 changed digits found"
	@echo "make campaign-faults  10,000 documents, 1,000 kills and providers that fail, on SQLite and on PostgreSQL (20 min)"
	@echo "make campaign-routing  1,000 random rule sets twice, by stand-ins of providers too: plan equals run; 400 addresses"
	@echo "make campaign-sftp   200 print jobs cut off in the middle of a file, none half there"
	@echo "make check       the static checks only"
	@echo "make bench       CPU ms per document: by the way it takes, by stage, and beside other engines"
	@echo "make campaign-formats  20,300 mutated inputs against every reader, about ten minutes on one core"
	@echo "make references  write the references and baselines of the packs anew, to be reviewed by eye"
	@echo "make approvals   sign the shipped packs as they are, once their differences were reviewed; part of references"
	@echo "make campaign-guard  60 planted changes found and named, none with the detector off, 20 runs without a false alarm"
	@echo "make coverage-templates  branches of the shipped templates that no sample reaches; fails below 80 per cent"
	@echo "make campaign-preview  500 saves at the preview, the memory of the server and its presses after 50 and after all"
	@echo "make campaign-torture  hard documents through every shipped pack, judged by the oracles"
	@echo "make guard-full  every sample as the last commit drew it, against what the working tree draws"
	@echo "make lock        write the hash-pinned locks anew"

setup:
	@scripts/setup

demo: setup
	@$(VAXEL) demo

preview: setup
	@$(VAXEL) preview

check: static
static: setup
	.venv/bin/ruff check --no-cache .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	@.venv/bin/pyright & beside=$$!; .venv/bin/mypy; said=$$?; wait $$beside && exit $$said

unit: setup
	$(PYTEST) -m "not browser and not wheel"

browser: setup
	$(PYTEST) -m "browser or wheel"

# No test needs what the type checkers say, and each of them has a processor for itself: they run beside the tests.
test: setup
	.venv/bin/ruff check --no-cache .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	@mkdir -p out
	@{ .venv/bin/mypy; mypy=$$?; .venv/bin/pyright; pyright=$$?; exit $$((mypy ? mypy : pyright)); } > out/types.txt 2>&1 & \
		beside=$$!; $(PYTEST) $(GUARD) --vaxel-allow-uncompared; said=$$?; \
		wait $$beside; typed=$$?; cat out/types.txt; exit $$((said ? said : typed))

campaign-attacks: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/engine/attacks tests/engine/press

campaign-faults: setup
	$(VAXEL) faults --documents 10000 --kills 1000 --json
	for rule in blind-retry drop-intent; do ! $(VAXEL) faults --sabotage $$rule --json || exit 1; done
	@url=$$(scripts/postgresql start) && base=$${url%/*} && name=faults_$$$$ && \
		psql -q "$$(printf %s "$$url" | sed s/+psycopg//)" -c "CREATE DATABASE $$name" && \
		$(VAXEL) faults --documents 10000 --kills 1000 --json --database "$$base/$$name"

campaign-equality: setup
	$(EQUALITY) -k base & beside=$$!; $(EQUALITY) -k nordljus; said=$$?; wait $$beside && exit $$said
	VAXEL_CAMPAIGN=full $(PYTEST) tests/engine/compiled/test_faults.py

campaign-routing: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/channels/test_planning.py tests/channels/test_planning_street.py \
		tests/command/test_exceptions.py

campaign-sftp: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/channels/print_house

campaign-parity: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/engine/parity

campaign-print: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/engine/rendering/test_long_tables.py

campaign-model: setup
	VAXEL_CAMPAIGN=full $(PYTEST) tests/engine/writing

campaign-preview: setup
	VAXEL_CAMPAIGN=full $(PYTEST) -s tests/preview/test_memory.py tests/command/test_bench_preview.py

bench: setup
	@mkdir -p out
	$(VAXEL) bench render --lines 12 --lines 60 --lines 1000 --plot out/render.svg
	$(VAXEL) bench pipeline --plot out/pipeline.svg
	$(VAXEL) bench peers --lines 12 --lines 60 --lines 1000 --plot out/peers.svg

campaign-formats: setup
	.venv/bin/python -m tests.campaigns.formats --inputs 20300

references: setup
	.venv/bin/python -m pytest -q tests/regression/test_looks.py templates $(GUARD) --vaxel-update
	@$(MAKE) --no-print-directory approvals

approvals: setup
	$(VAXEL) approve nordljus $(APPROVED) --accept all --by Vaxel > /dev/null

campaign-guard: setup
	.venv/bin/python -m tests.campaigns.guard

coverage-templates: setup
	@mkdir -p out
	$(PYTEST) templates $(GUARD) --vaxel-baselines out/coverage-baselines --vaxel-update --vaxel-matrix full \
		--vaxel-coverage 80

campaign-torture: setup
	$(PYTEST) templates $(GUARD) --vaxel-torture --vaxel-matrix full --vaxel-select "sample=torture-*"

guard-full: setup
	scripts/guard-full

lock: setup
	scripts/lock

clean:
	rm -rf out dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
