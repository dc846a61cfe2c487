# SPDX-License-Identifier: GPL-2.0
#
# Tests, by place: tests/unit/test-*.c (cmocka), tests/bpf/test-*.c (cmocka, as root),
# tests/netns/test-*.sh (TAP, as root), tests/kernel-compile/test-*.sh, tests/vm/test-*.sh (kernels in
# QEMU), tests/bench/bench-*.c, tests/fuzz/fuzz-*.c. Programs written in C run under sanitizers in
# "make check"; their plain builds are for the virtual machines and for gdb.

programs = $(patsubst %.c,$(1)/%,$(wildcard $(2)))

UNIT_TESTS  := $(call programs,build/asan,tests/unit/test-*.c)
BPF_TESTS   := $(call programs,build/asan,tests/bpf/test-*.c)
PLAIN_TESTS := $(call programs,build,tests/unit/test-*.c tests/bpf/test-*.c)
BENCHES     := $(call programs,build,tests/bench/bench-*.c)
FUZZERS     := $(call programs,build/fuzz,tests/fuzz/fuzz-*.c)
# What tests/vm runs on other kernels.
VM_PROGRAMS := $(call programs,build,tests/bpf/test-*.c)

# What the tests in network namespaces, and the demo, send and count frames with.
NETNS_TOOLS := $(call programs,build,tests/netns/*.c)

$(PLAIN_TESTS) $(BENCHES): build/%: build/%.o build/libtest.a $(call archives,build)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(NETNS_TOOLS): build/%: build/%.o
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(UNIT_TESTS) $(BPF_TESTS): build/asan/%: build/asan/%.o build/asan/libtest.a \
		$(call archives,build/asan)
	$(call say,LD)
	$(Q)$(CC) $(SANITIZE) -Wl,--as-needed -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(FUZZERS): build/fuzz/%: build/fuzz/%.o build/fuzz/libtest.a $(call archives,build/fuzz)
	$(call say,LD)
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined -Wl,--as-needed -o $@ $^ $(PKG_LIBS) \
		$(TEST_LIBS)

# As many compilers as processors, unless -j says otherwise.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: tests check check-unit run-tests run-unit bench fuzz nightly

# Every test program, without running any.
tests: all $(UNIT_TESTS) $(BPF_TESTS) $(VM_PROGRAMS) $(BENCHES)

# A second make, because packages that "deps" installs are looked up while a Makefile is read.
check: deps
	@$(MAKE) --no-print-directory $(JOBS) tests
	@$(MAKE) --no-print-directory run-tests

check-unit: $(UNIT_TESTS)
	@tests/run --only "$(TESTS)" --lane unit $(UNIT_TESTS)

# Two lanes beside each other: kernels in QEMU, and everything else.
run-tests: tests
	@tests/run --only "$(TESTS)" \
		--lane native $(UNIT_TESTS) $(sort $(wildcard tests/kernel-compile/test-*.sh)) \
		--root $(BPF_TESTS) $(sort $(wildcard tests/netns/test-*.sh)) \
		--lane vm --timeout 600 $(sort $(wildcard tests/vm/test-*.sh))

bench: all $(BENCHES)
	@for b in $(BENCHES); do echo "== $$(basename $$b)"; $$b; done

# The corpus of fuzz-NAME is in tests/fuzz/corpus-NAME, if there is one; new inputs stay in build/.
FUZZ_SECONDS ?= 20
fuzz: $(FUZZERS)
	@for f in $(FUZZERS); do \
		name=$$(basename $$f); seeds=tests/fuzz/corpus-$${name#fuzz-}; \
		found=build/fuzz/found-$${name#fuzz-}; mkdir -p $$found; \
		echo "== $$name, $(FUZZ_SECONDS) s"; \
		$$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -verbosity=0 \
			-artifact_prefix=build/fuzz/crash-$${name#fuzz-}- $$found \
			$$(test -d $$seeds && echo $$seeds || true); \
	done

nightly: check
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=600
	@tests/run --lane vm --timeout 1200 $(sort $(wildcard tests/vm/nightly-*.sh))
