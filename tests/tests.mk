# SPDX-License-Identifier: GPL-2.0
#
# Tests, by place: tests/unit/test-*.c (cmocka), tests/bpf/test-*.c (cmocka, as root),
# tests/netns/test-*.sh (TAP, as root), tests/cli/test-*.sh, tests/kernel-compile/test-*.sh,
# tests/boot/test-*.sh (a booted Debian), tests/vm/test-*.sh (kernels in QEMU; tests/kmod/test-*.c run only there), tests/bench/bench-*.c,
# tests/fuzz/fuzz-*.c. Programs written in C run under sanitizers in "make check", and so do ouiguardd and
# ouiguard where a test takes them from OUIGUARD_BUILD; the plain builds are for the virtual machines and
# for gdb.

programs = $(patsubst %.c,$(1)/%,$(wildcard $(2)))

# What runs under sanitizers counts its lines too: each object's counts are in a .gcda file beside it.
SANITIZE += --coverage

UNIT_TESTS  := $(call programs,build/asan,tests/unit/test-*.c)
BPF_TESTS   := $(call programs,build/asan,tests/bpf/test-*.c)
PLAIN_TESTS := $(call programs,build,tests/unit/test-*.c tests/bpf/test-*.c)
BENCHES     := $(call programs,build,tests/bench/bench-*.c)
FUZZERS     := $(call programs,build/fuzz,tests/fuzz/fuzz-*.c)
FUZZ_TESTS  := $(if $(FUZZERS),tests/fuzz/test-fuzzers.sh)
KMOD_TESTS  := $(call programs,build,tests/kmod/test-*.c tests/kmod/bench-*.c)
# Without sanitizers under valgrind: what reads files and messages, and the store; at night all but those
# that give a daemon of their own seconds for what takes it a minute there (test-daemon.sh has one too).
VALGRIND_ALL   := $(filter-out %-manager %-polkit %-warnings,$(call programs,build,tests/unit/test-*.c))
VALGRIND_TESTS := $(addprefix build/tests/unit/test-,assets config-site document engine-dry explain import \
	lease lock registry-broken rtnl snapshot store table vendor)
# What tests/vm runs on other kernels.
VM_PROGRAMS := $(call programs,build,tests/bpf/test-*.c) $(KMOD_TESTS)

# What the tests in network namespaces, and the demo, send and count frames with, and call the daemon with.
NETNS_TOOLS := $(patsubst %.c,build/%,$(filter-out %.bpf.c,$(wildcard tests/netns/*.c tests/boot/*.c)))

# The daemon with a clock that a test moves (tests/clock/clock.c), and that is looked at less often.
CLOCKED := build/tests/clock/ouiguardd
build/tests/clock/watching.o: daemon/watching.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DOG_WATCH_GAP_MS=1200000 -MMD -MP -c -o $@ $<
$(CLOCKED): build/daemon/main.o build/tests/clock/clock.o build/tests/clock/watching.o $(call archives,build)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The daemon as a version with another layout would be: its tables in the kernel, and what it counts, have
# other numbers and sizes. Compiled quickly: how fast it runs is not the matter.
OTHER       := build/other/ouiguardd
OTHER_FLAGS := -DOG_LAYOUT=77 -DOG_RECORDS=77 -DOG_SRCS=8
build/other/bpf/%.bpf.o: bpf/%.bpf.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(OTHER_FLAGS) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@
build/other/bpf/%.skel.h: build/other/bpf/%.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name $(subst -,_,$*)_bpf > $@
build/other/%.o: %.c Makefile | $(SKELS:build/%=build/other/%)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O0 $(WARNINGS) -D_GNU_SOURCE= $(OTHER_FLAGS) -iquote build/other $(INCLUDES) \
		$(PKG_CFLAGS) -MMD -MP -c -o $@ $<
$(OTHER): $(patsubst %.c,build/other/%.o,daemon/main.c $(DAEMON) $(IPC) $(POLICY))
	$(call say,LD)
	$(Q)$(CC) -Wl,--as-needed -o $@ $^ $(PKG_LIBS)

# $(call parts,FLAVOUR,DIRECTORY): what a program there is linked with: the directory's kit (its files
# that are no programs), what all share, and our own archives.
parts = $(addprefix $(1)/tests/,$(2).a vectors.a lib.a) $(call archives,$(1))

$(call programs,build,tests/unit/test-*.c): build/%: build/%.o $(call parts,build,unit)
$(call programs,build,tests/bpf/test-*.c): build/%: build/%.o $(call parts,build,bpf)
$(KMOD_TESTS): build/%: build/%.o build/tests/kmod.a $(call parts,build,bpf)
$(BENCHES): build/%: build/%.o $(call parts,build,bpf)
$(PLAIN_TESTS) $(KMOD_TESTS) $(BENCHES):
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(NETNS_TOOLS): build/%: build/%.o
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(UNIT_TESTS): build/asan/%: build/asan/%.o $(call parts,build/asan,unit)
$(BPF_TESTS): build/asan/%: build/asan/%.o $(call parts,build/asan,bpf)
$(UNIT_TESTS) $(BPF_TESTS):
	$(call say,LD)
	$(Q)$(CC) $(SANITIZE) -Wl,--as-needed -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(FUZZERS): build/fuzz/%: build/fuzz/%.o $(call parts,build/fuzz,unit)
	$(call say,LD)
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined -Wl,--as-needed -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

# As many compilers as processors, unless -j says otherwise.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: tests check check-unit run-tests bench coverage fuzz nightly uncounted

# Every test program, without running any.
tests: all $(addprefix build/asan/,$(PROGRAM_NAMES)) $(UNIT_TESTS) $(BPF_TESTS) \
	$(VM_PROGRAMS) $(NETNS_TOOLS) $(CLOCKED) $(OTHER) $(FUZZERS) $(BENCHES) $(VALGRIND_TESTS)

# A second make, because packages that "deps" installs are looked up while a Makefile is read.
check: deps
	@$(MAKE) --no-print-directory $(JOBS) tests
	@$(MAKE) --no-print-directory run-tests

# Counts of an older object would not fit the new one.
uncounted:
	@[ ! -d build/asan ] || find build/asan -name '*.gcda' -delete

check-unit: $(UNIT_TESTS) uncounted
	@tests/run --only "$(TESTS)" --lane unit $(UNIT_TESTS)

# Three lanes beside each other, because two leave two processors idle for a third of the time: kernels in
# QEMU, booted Debians, and everything else. Then, how many lines that has covered.
run-tests: tests uncounted
	@OUIGUARD_BUILD=build/asan VALGRIND_TESTS="$(VALGRIND_TESTS)" tests/run --only "$(TESTS)" \
		--then "scripts/coverage --summary" --lane native $(UNIT_TESTS) $(FUZZ_TESTS) \
		$(sort $(wildcard tests/runner/test-*.sh tests/kernel-compile/test-*.sh tests/cli/test-*.sh)) \
		$(sort $(wildcard tests/valgrind/test-*.sh)) \
		--root $(BPF_TESTS) $(sort $(wildcard tests/netns/test-*.sh)) \
		--lane booted --timeout 1500 $(sort $(wildcard tests/boot/test-*.sh)) \
		--lane vm $(sort $(wildcard tests/vm/test-*.sh))

bench: all $(BENCHES) $(filter %/bench-nft,$(KMOD_TESTS))
	@for b in $(BENCHES); do echo "== $$(basename $$b)"; $$b; done
	@echo "== the module beside nft, on Linux 6.1 in QEMU"; tests/vm/kmod 6.1 build/tests/kmod/bench-nft
	@echo "== the same in instructions, 1 ns each"; VM_COUNT=1 tests/vm/kmod 6.1 build/tests/kmod/bench-nft

# Of what ran since the last "make check" or "make check-unit" began.
coverage:
	@scripts/coverage

fuzz: $(FUZZERS)
	@tests/run --timeout 20000 --lane fuzz $(FUZZ_TESTS)

# All of it, longer, and on more kernels. User Mode Linux is built apart, once, because that takes longer
# than any test may.
nightly: check
	@scripts/deps --nightly
	@tests/vm/uml-kernel >/dev/null || echo "User Mode Linux is not built: its test says why" >&2
	@FUZZ_SECONDS=300 $(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory $(JOBS) $(VALGRIND_ALL)
	@VALGRIND_TESTS="$(VALGRIND_ALL)" tests/run --timeout 20000 --lane valgrind tests/valgrind/test-unit.sh
	@tests/run --timeout 1200 --lane vm --root \
		$(sort $(wildcard tests/netns/nightly-*.sh tests/vm/nightly-*.sh tests/boot/nightly-*.sh))
