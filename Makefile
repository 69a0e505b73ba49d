.PHONY: setup run notebooks test quick bundle offline versions long signs bench docs site lock

setup:
	python3 .ci/tasks.py setup

develop:
	python3 .ci/tasks.py develop

run:
	python3 .ci/tasks.py run

notebooks:
	python3 .ci/tasks.py notebooks

test:
	python3 .ci/tasks.py test

quick:
	python3 .ci/tasks.py quick

# One zip for a machine without internet; another platform: python3 .ci/tasks.py bundle --platform win_amd64 --python 3.12
bundle:
	python3 .ci/tasks.py bundle

versions:
	python3 .ci/versions.py

offline:
	python3 .ci/tasks.py offline

# Hundreds of random worlds instead of CI's few dozen, and the whole programme where CI asks of two cohorts.
long: develop
	BAICUN_WORLDS=300 BAICUN_WHOLE=1 BAICUN_EXAMPLES=400 BAICUN_FORGED=300 BAICUN_KILLS=15 .venv/bin/python -m pytest -n auto --dist loadscope tests/test_baseline.py \
		tests/solvers/test_agreement.py tests/model/simulation/test_invariants.py tests/scenarios/runs/test_seal.py tests/test_killed.py \
		tests/scenarios/world/test_intake_fuzz.py

# Every lever the documents name, thirty paired replications on five registers: about half an hour.
signs: develop
	.venv/bin/python benchmarks/signs.py

bench: develop
	.venv/bin/python benchmarks/solving.py
	.venv/bin/python benchmarks/build_growth.py
	.venv/bin/python benchmarks/projection_speed.py

LOCKING = uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

# What analysts need to run and to open notebooks, and what developers need to test: the same versions of both.
lock:
	$(LOCKING) --extra notebooks --output-file requirements.lock.txt pyproject.toml .ci/build-requirements.in
	$(LOCKING) --extra dev -c requirements.lock.txt --output-file requirements.dev.lock.txt pyproject.toml .ci/build-requirements.in

docs: develop
	.venv/bin/python docs/generate.py

# The documents as pages that open and are searched without network: site/index.html.
site: develop
	.venv/bin/python -m sphinx -q -W -b html docs site
