.PHONY: setup run test quick long signs bench docs lock

setup:
	python3 .ci/tasks.py setup

run:
	python3 .ci/tasks.py run

test:
	python3 .ci/tasks.py test

quick:
	python3 .ci/tasks.py quick

# Hundreds of random worlds instead of CI's few dozen, and the whole programme where CI asks of two cohorts.
long: setup
	BAICUN_WORLDS=300 BAICUN_WHOLE=1 BAICUN_EXAMPLES=400 BAICUN_FORGED=300 .venv/bin/python -m pytest -n auto --dist loadscope tests/test_baseline.py \
		tests/solvers/test_agreement.py tests/model/simulation/test_invariants.py tests/scenarios/runs/test_seal.py \
		tests/scenarios/world/test_intake_fuzz.py

# Every lever the documents name, thirty paired replications on five registers: about half an hour.
signs: setup
	.venv/bin/python benchmarks/signs.py

bench: setup
	.venv/bin/python benchmarks/solving.py
	.venv/bin/python benchmarks/build_growth.py
	.venv/bin/python benchmarks/projection_speed.py

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev \
		--output-file requirements.lock.txt pyproject.toml .ci/build-requirements.in

docs: setup
	.venv/bin/python docs/generate.py
