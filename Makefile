# One word for each job; each sets up, configures, builds and does it.  NO_INSTALL=1 never installs anything.
JOBS ?= $(shell nproc)
export SYSTEMC_DISABLE_COPYRIGHT_MESSAGE := 1

.PHONY: run guests report test bench bench-short lint test-asan coverage build clean setup-%

run: setup-run                       ## the main job: a nested DMA on the modelled CPU
	cmake --preset release -DSMMU_TESTS=OFF -DSMMU_BENCH=OFF
	cmake --build --preset release -j $(JOBS)
	mkdir -p build/run/cached
	build/bin/smmu-vp run --output build/run/uncached
	build/bin/smmu-vp run --preset mmu600-like --output build/run/cached >build/run/cached/console.txt \
		|| { cat build/run/cached/console.txt; exit 1; }
	@printf '\nThe same firmware without caches of walks and latencies, and with those of the preset mmu600-like:\n'
	@build/bin/smmu-vp compare build/run/uncached build/run/cached

report: setup-run                    ## what translation costs: build/report/report.html
	cmake --preset release -DSMMU_TESTS=OFF -DSMMU_BENCH=OFF
	cmake --build --preset release -j $(JOBS) --target smmu-vp
	build/bin/smmu-vp analyze --output build/report

guests: setup-run                    ## two guests with a device each; one turns hostile, the other never notices
	cmake --preset release -DSMMU_TESTS=OFF -DSMMU_BENCH=OFF
	cmake --build --preset release -j $(JOBS)
	build/bin/smmu-vp run --firmware build/firmware/two_guests.elf

test: setup-run setup-test           ## all tests
	cmake --preset release -DSMMU_TESTS=ON -DSMMU_BENCH=OFF
	cmake --build --preset release -j $(JOBS)
	ctest --preset release -j $(JOBS)

bench: setup-run setup-test          ## ratios to a direct access: docs/performance.md
	cmake --preset bench
	cmake --build --preset bench -j $(JOBS) --target smmu_bench
	build/bin/smmu_bench --all --output build/bench

bench-short: setup-run setup-test    ## the same in a few seconds; fails beyond 1.5 times a target
	cmake --preset bench
	cmake --build --preset bench -j $(JOBS) --target smmu_bench
	build/bin/smmu_bench --rounds 11 --limit 1.5

test-asan: setup-run setup-test      ## all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	cmake --preset asan -DSMMU_TESTS=ON
	cmake --build --preset asan -j $(JOBS)
	ctest --preset asan -j $(JOBS)

lint: setup-lint                     ## format, layering, file lengths
	tools/lint.sh

coverage: setup-run setup-test setup-coverage  ## lines of the component that its tests reach: all of arch and core
	cmake --preset coverage
	cmake --build --preset coverage -j $(JOBS)
	tools/coverage.sh build-coverage

clean:
	rm -rf build build-asan build-coverage

setup-%:
	@tools/setup.sh $*
