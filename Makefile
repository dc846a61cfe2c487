# SPDX-License-Identifier: GPL-2.0
#
# ouiguard: "make help" tells what there is to make. Everything built lands in build/. Sources are
# found by their place: a new file in policy/, daemon/, cli/, ipc/, bpf/ or tests/ needs no line here.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

PREFIX  ?= /usr
DESTDIR ?=
CC      := gcc
CLANG   := clang
AR      := ar
# Out of the PATH of ordinary users on Debian.
BPFTOOL    := $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool) bpftool)
LLVM_STRIP := llvm-strip
PKG_CONFIG := pkg-config

# Packages are looked up only when something is compiled, so that "make check" can install them.
PKGS       := libbpf libnl-3.0 libnl-genl-3.0 libsystemd yaml-0.1 sqlite3 jansson nettle
pkg        = $(or $(shell $(PKG_CONFIG) $(1) $(2) 2>/dev/null),$(error One of the development \
	     packages of $(2) is missing. Run scripts/deps as root: it installs what is missing))
PKG_CFLAGS = $(eval PKG_CFLAGS := $(call pkg,--cflags,$(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(call pkg,--libs,$(PKGS)))$(PKG_LIBS)
TEST_LIBS  = $(eval TEST_LIBS := $(call pkg,--libs,cmocka))$(TEST_LIBS)

# Our own directories are searched for "quoted" names only: bpf/ must not hide <bpf/libbpf.h>.
# As in the kernel: a field that an initialiser does not name is zero; a compiler's guess at how long a
# text could become differs between its releases and with sanitizers.
WARNINGS  := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes \
	     -Wno-missing-field-initializers -Wno-format-truncation
INCLUDES  := -Iinclude -iquote . -iquote build
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CFLAGS    ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(HARDENING) $(WARNINGS) -D_GNU_SOURCE= $(INCLUDES) $(PKG_CFLAGS) \
	     -ffile-prefix-map=$(CURDIR)=.
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ASAN_CFLAGS  = -std=gnu11 -O1 -g $(SANITIZE) $(WARNINGS) -D_GNU_SOURCE= $(INCLUDES) $(PKG_CFLAGS)
FUZZ_CFLAGS  = -std=gnu11 -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	       -fno-sanitize-recover=all -Wno-unknown-warning-option $(WARNINGS) -D_GNU_SOURCE= $(INCLUDES) $(PKG_CFLAGS)

# UAPI headers are enough for the BPF programs; nothing of the running kernel enters the object.
BPF_CFLAGS = -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -Iinclude -iquote . \
	     -idirafter /usr/include/$(shell $(CC) -print-multiarch) \
	     -ffile-prefix-map=$(CURDIR)=. -fdebug-compilation-dir=.

# What there is, by place -------------------------------------------------------------------------

POLICY := $(wildcard policy/*/*.c)
DAEMON := $(filter-out daemon/main.c,$(wildcard daemon/*.c daemon/*/*.c))
CLI    := $(filter-out cli/main.c,$(wildcard cli/*.c cli/*/*.c))
IPC    := $(wildcard ipc/*.c)
SKELS  := $(patsubst %.bpf.c,build/%.skel.h,$(wildcard bpf/*.bpf.c))
# What the test programs of a directory share: every file there that is not a program by its name.
KITS := unit bpf kmod vectors lib
kit   = $(filter-out tests/$(1)/test-% tests/$(1)/bench-%,$(wildcard tests/$(1)/*.c))

PROGRAM_NAMES := $(patsubst daemon/main.c,ouiguardd,$(wildcard daemon/main.c)) \
		 $(patsubst cli/main.c,ouiguard,$(wildcard cli/main.c))
PROGRAMS      := $(addprefix build/,$(PROGRAM_NAMES))

# One list of archives per flavour: build, build/asan, build/fuzz. Programs are linked against all
# of them, and take from each what they use.
FLAVOURS := build build/asan build/fuzz
archives  = $(addprefix $(1)/,libcli.a libdaemon.a libipc.a libpolicy.a)

.PHONY: all
all: $(call archives,build) $(SKELS) $(PROGRAMS)

define flavour
$(1)/libpolicy.a: $$(POLICY:%.c=$(1)/%.o)
$(1)/libdaemon.a: $$(DAEMON:%.c=$(1)/%.o)
$(1)/libcli.a: $$(CLI:%.c=$(1)/%.o)
$(1)/libipc.a: $$(IPC:%.c=$(1)/%.o)
$(foreach k,$(KITS),$(1)/tests/$(k).a: $(patsubst %.c,$(1)/%.o,$(call kit,$(k)))
)
$(call archives,$(1)) $(KITS:%=$(1)/tests/%.a): build/sources
	@mkdir -p $$(@D)
	$$(Q)rm -f $$@
	$$(Q)$(AR) rcs $$@ $$(filter %.o,$$^)
# The daemon, and tests of it, include the skeletons of the BPF programs.
$$(patsubst %.c,$(1)/%.o,$$(wildcard daemon/*.c daemon/*/*.c tests/*/*.c)): | $$(SKELS)
endef
$(foreach f,$(FLAVOURS),$(eval $(call flavour,$(f))))

# Changes when a source appears or goes, so that no archive keeps the object of a deleted file.
ARCHIVED = $(POLICY) $(DAEMON) $(CLI) $(IPC) $(foreach k,$(KITS),$(call kit,$(k)))
.PHONY: force
build/sources: force
	@mkdir -p $(@D)
	@echo $(ARCHIVED) | cmp -s - $@ || echo $(ARCHIVED) > $@

# V=1 shows the commands.
Q   := $(if $(V),,@)
say  = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),true,printf '  %-8s %s\n' $(1) $@)

build/%.o: %.c Makefile
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

build/asan/%.o: %.c Makefile
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ASAN_CFLAGS) -MMD -MP -c -o $@ $<

build/fuzz/%.o: %.c Makefile
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

build/bpf/%.bpf.o: bpf/%.bpf.c Makefile
	$(call say,BPF)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@

build/bpf/%.skel.h: build/bpf/%.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $(subst -,_,$*)_bpf > $@

build/ouiguardd: build/daemon/main.o $(call archives,build)
build/ouiguard: build/cli/main.o $(call archives,build)
build/ouiguardd build/ouiguard:
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

build/asan/ouiguardd: build/asan/daemon/main.o $(call archives,build/asan)
build/asan/ouiguard: build/asan/cli/main.o $(call archives,build/asan)
build/asan/ouiguardd build/asan/ouiguard:
	$(call say,LD)
	$(Q)$(CC) $(SANITIZE) -Wl,--as-needed -o $@ $^ $(PKG_LIBS)

include tests/tests.mk

# Installing --------------------------------------------------------------------------------------

INSTALL := install
share   := $(DESTDIR)$(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd/system

# $(call put,FILES,DIRECTORY): install data files, if there are any.
put = $(if $(strip $(1)),$(INSTALL) -D -m 644 -t $(2) $(1))

.PHONY: install
install: all
	$(if $(wildcard daemon/main.c),$(INSTALL) -D -m 755 -t $(DESTDIR)$(PREFIX)/sbin build/ouiguardd)
	$(if $(wildcard cli/main.c),$(INSTALL) -D -m 755 -t $(DESTDIR)$(PREFIX)/bin build/ouiguard)
	$(call put,$(wildcard data/vendors/*.yaml),$(share)/ouiguard/vendors)
	$(call put,$(wildcard data/programmes/*.yaml),$(share)/ouiguard/programmes)
	$(call put,$(wildcard data/schema/*.json),$(share)/ouiguard/schema)
	$(call put,$(wildcard data/grafana/*.json),$(share)/ouiguard/grafana)
	$(call put,$(wildcard data/dbus/*.conf),$(share)/dbus-1/system.d)
	$(call put,$(wildcard data/polkit/*.policy),$(share)/polkit-1/actions)
	$(call put,$(wildcard data/units/*),$(DESTDIR)$(UNITDIR))
	$(call put,$(wildcard data/sysusers/*.conf),$(DESTDIR)$(PREFIX)/lib/sysusers.d)
	$(call put,$(wildcard data/catalog/*.catalog),$(DESTDIR)$(PREFIX)/lib/systemd/catalog)
	$(call put,README.md SECURITY.md $(wildcard docs/*.md),$(share)/doc/ouiguard)
	sed -i 's,](docs/,](,g' $(share)/doc/ouiguard/README.md $(share)/doc/ouiguard/SECURITY.md
	$(call put,$(wildcard data/man/*.1),$(share)/man/man1)
	$(call put,$(wildcard data/man/*.5),$(share)/man/man5)
	$(call put,$(wildcard data/man/*.7),$(share)/man/man7)
	$(call put,$(wildcard data/man/*.8),$(share)/man/man8)
	$(if $(wildcard cli/main.c),completion=$$(build/ouiguard completion bash) && $(INSTALL) -d \
		$(share)/bash-completion/completions && printf '%s\n' "$$completion" \
		> $(share)/bash-completion/completions/ouiguard)

# The sources of the kernel module, for DKMS: then "dkms install ouiguard/VERSION".
VERSION   = $(shell sed -n 's/^\#define OG_VERSION "\(.*\)"$$/\1/p' ipc/version.h)
DKMS_TREE = $(DESTDIR)$(PREFIX)/src/ouiguard-$(VERSION)

.PHONY: install-dkms
install-dkms:
	$(INSTALL) -D -m 644 -t $(DKMS_TREE) Kbuild
	$(INSTALL) -D -m 644 -t $(DKMS_TREE)/kmod kmod/*.[ch]
	$(INSTALL) -D -m 644 -t $(DKMS_TREE)/include/ouiguard include/ouiguard/*.h
	sed 's/@VERSION@/$(VERSION)/' dkms.conf > $(DKMS_TREE)/dkms.conf

# Debian packages, into build/deb. They are built in a copy, because Debian's tools write beside it.
.PHONY: deb
deb:
	@scripts/deps --deb
	@scripts/deb

# The rest ----------------------------------------------------------------------------------------

.PHONY: deps lint demo kmod clean help
# Installs what is missing, as root; says what to do otherwise; quiet when all is there.
deps:
	@scripts/deps

lint: all
	@scripts/lint

demo:
	@scripts/deps --demo
	@$(MAKE) --no-print-directory all $(NETNS_TOOLS)
	@scripts/demo

# The kernel module, for the kernel whose headers lie in KDIR.
kmod:
	@scripts/kmod $(KDIR)

clean:
	rm -rf build

help:
	@echo 'make            the programs, into build/; needs the packages of scripts/deps, not root'
	@echo 'make demo       a gateway in network namespaces that blocks cameras (root)'
	@echo 'make check      every test, ending with the counts (root; without it some are skipped)'
	@echo 'make check-unit the unit tests alone, under ASan and UBSan'
	@echo 'make bench      the benchmarks'
	@echo 'make fuzz       each fuzzer for FUZZ_SECONDS (20)'
	@echo 'make coverage   how many lines of policy/ and daemon/ the last make check has run'
	@echo 'make nightly    make check, the fuzzers for five minutes each, more kernels, more faults'
	@echo 'make lint       clang-format, analysers, shellcheck, sizes of files'
	@echo 'make kmod       the kernel module, for the running kernel or the headers in KDIR'
	@echo 'make deb        Debian packages, into build/deb'
	@echo 'make install-dkms  the sources of the kernel module, for DKMS'
	@echo 'make install    into $$(DESTDIR)$$(PREFIX), PREFIX=/usr'
	@echo 'make clean      remove build/'
	@echo 'V=1 shows the commands; TESTS="a b" limits make check to programs of these names.'

-include $(shell [ -d build ] && find build -name '*.d')
