# Hearsay. `make help` lists the targets.
#
# Sources are wildcards: a new file in core/, sync/, tools/ or tests/ needs no
# line here. Everything lands in build/<compiler>-<variant>/.

VERSION := 0.1.0
SOMAJOR := 0

# As many jobs as there are processors, where nobody says how many.
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

comma := ,
CC ?= cc
ifeq ($(origin CC),default)
CC := gcc
endif
VARIANT ?= release
BUILD := build/$(notdir $(CC))-$(VARIANT)

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/hearsay
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd
INSTALL ?= install

# ---- What must be installed -------------------------------------------------
# One word a library: <pkg-config name or header>=<Debian package>.

NEEDS := gcc=gcc libc=libc6-dev pkg-config=pkg-config lmdb=liblmdb-dev \
	msgpack=libmsgpack-dev libsodium=libsodium-dev \
	libutf8proc=libutf8proc-dev jansson=libjansson-dev \
	yaml-0.1=libyaml-dev csv.h=libcsv-dev cmocka=libcmocka-dev \
	sqlite3=libsqlite3-dev nanomsg=libnanomsg-dev libzstd=libzstd-dev \
	ip=iproute2
NEEDS_CLANG := clang=clang libclang-rt=libclang-rt-14-dev

has = $(if $(filter gcc ip,$(1)),command -v $(1),$(if $(filter \
	pkg-config,$(1)),command -v pkg-config,$(if $(filter \
	libc,$(1)),test -e /usr/include/stdlib.h,$(if $(filter \
	%.h,$(1)),test -e /usr/include/$(1),pkg-config --exists $(1)))))
missing = $(strip $(foreach need,$(NEEDS),$(shell \
	$(call has,$(firstword $(subst =, ,$(need)))) >/dev/null 2>&1 || \
	echo $(lastword $(subst =, ,$(need))))))
MISSING := $(if $(filter help clean uninstall,$(MAKECMDGOALS)),,$(missing))
READY := $(if $(MISSING),deps)

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
SUDO_QUIET := $(SUDO:sudo=sudo -n)
apt = $(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq

# ---- Flags -------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
ifdef WERROR
WARNINGS += -Werror
endif

CFLAGS ?= -O2 -g
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2
LINK_HARDEN := -Wl,-z,relro,-z,now
# The tool is to stay under 500 KB: no unwind tables (nothing unwinds), only
# what is used, and for size the tools' own code and what of core is seldom
# run. The rest of core's is for speed.
SMALL := -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
# Relative relocations in a bitmap take 50 KB less; glibc 2.36 can read them.
LINK_SMALL := -Wl,--gc-sections $(if $(shell \
	ld --help 2>/dev/null | grep -q pack-relative-relocs && \
	printf 'glibc 2.36\n%s\n' "$$(getconf GNU_LIBC_VERSION)" | \
	sort -CV && echo new),-Wl$(comma)-z$(comma)pack-relative-relocs)
ifeq ($(VARIANT),asan)
CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
HARDEN :=
SMALL :=
endif
ifeq ($(VARIANT),coverage)
CFLAGS := -O0 -g --coverage -DHEARSAY_COUNTED
HARDEN :=
SMALL :=
endif
ifeq ($(VARIANT),fuzz)
CFLAGS := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
HARDEN :=
SMALL :=
endif
ifeq ($(VARIANT),release)
$(BUILD)/tools/%.o: SMALL += -Os
SELDOM := address admission alike amount aside backup bounds bundle chain \
	compose dataset decimal definition each figure_parse files find grant \
	history identity judge kept lexicon looked match meanings measure members \
	names plan purge query query_key reach record repair replica resolve rests \
	retraction roster sentence settle statistics stored support terms tree turn verify \
	verify_roster versions vocabulary weigh weigh_circle weigh_claim \
	weigh_course weigh_origin weigh_parts weigh_question weigh_say weigh_sums \
	weigh_verdict when whole words
$(SELDOM:%=$(BUILD)/core/%.o): SMALL += -Os
endif

# Asked once, when first needed: after `deps` has run.
CORE_CFLAGS = $(eval CORE_CFLAGS := $$(shell pkg-config --cflags \
	lmdb msgpack libsodium libutf8proc))$(CORE_CFLAGS)
CORE_LIBS = $(eval CORE_LIBS := $$(shell pkg-config --libs \
	lmdb msgpack libsodium libutf8proc))$(CORE_LIBS)
TOOL_CFLAGS = $(eval TOOL_CFLAGS := $$(shell pkg-config --cflags \
	jansson yaml-0.1))$(TOOL_CFLAGS)
TOOL_LIBS = $(eval TOOL_LIBS := $$(shell pkg-config --libs \
	jansson yaml-0.1) -lcsv -lm)$(TOOL_LIBS)
LINK_LIBS = $(eval LINK_LIBS := $$(shell pkg-config --libs \
	nanomsg))$(LINK_LIBS)
SYNC_LIBS = $(eval SYNC_LIBS := $$(shell pkg-config --libs \
	libzstd))$(SYNC_LIBS)
TEST_LIBS = $(eval TEST_LIBS := $$(shell pkg-config --libs \
	cmocka))$(TEST_LIBS)

COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -DHEARSAY_VERSION='"$(VERSION)"' -I. \
	$(WARNINGS) $(HARDEN) $(CORE_CFLAGS) $(TOOL_CFLAGS) $(CFLAGS) \
	$(SMALL) $(CPPFLAGS) -MMD -MP -fPIC -fvisibility=hidden
LINK = $(CC) $(CFLAGS) $(LDFLAGS) $(LINK_HARDEN) $(LINK_SMALL) \
	-Wl,--as-needed

# ---- Files -------------------------------------------------------------------

CORE_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard core/*.c))
SYNC_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard sync/*.c))
MAINS := tools/hearsay.c tools/hearsayd.c tools/hearsay-link.c
TOOL_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(MAINS),\
	$(wildcard tools/*.c)))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
SIM_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/sim/test_*.c))
SIM_COMMON := $(patsubst %.c,$(BUILD)/%.o,$(filter-out \
	tests/sim/test_%.c,$(wildcard tests/sim/*.c)))
FAULT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fault/test_*.c))
REPLAYS := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/replay-%,\
	$(wildcard tests/fuzz/fuzz_*.c))
NET_TESTS := $(wildcard tests/net/*.sh)
NET_HELPERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/net/*.c))
PAGE_TESTS := $(filter-out tests/page/browser.sh,$(wildcard tests/page/*.sh))
PAGE_HELPERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/page/*.c))
CLI_TESTS := $(filter-out tests/cli/lib.sh tests/cli/nodes.sh,\
	$(wildcard tests/cli/*.sh))
BENCHES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
BENCH_COMMON := $(patsubst %.c,$(BUILD)/%.o,$(filter-out \
	tests/bench/bench_%.c,$(wildcard tests/bench/*.c)))

LIBRARY := $(BUILD)/libhearsay.a
SHARED := $(BUILD)/libhearsay.so.$(VERSION)
SYNC := $(BUILD)/libsync.a
TOOLBOX := $(BUILD)/libtools.a
PROGRAMS := $(BUILD)/hearsay $(BUILD)/hearsayd
HELPERS := $(BUILD)/hearsay-link $(BUILD)/hearsay-full

.PHONY: all deps deps-check deps-clang demo check check-asan check-clang run-tests tests \
	torture coverage bench install uninstall clean help map always
.DELETE_ON_ERROR:
.SECONDARY:

BUILT := $(PROGRAMS) $(HELPERS) $(LIBRARY) $(SHARED) $(BUILD)/hearsay.pc
all: $(BUILT) ## build everything

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | \
		awk -F'\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'
	@echo '  make fuzz-NAME    fuzz one decoder for SECONDS=180 (needs clang)'
	@echo 'Variables: CC, VARIANT=release|asan|coverage, PREFIX, DESTDIR.'

deps: ## install what is missing from Debian or Ubuntu packages
	@if [ -n "$(MISSING)" ]; then \
		echo "installing: $(MISSING)"; \
		$(apt) $(MISSING); \
	else echo "nothing is missing"; fi

# What only tests need: pages are looked at by a browser (64 MB to fetch). They
# are skipped where there is none, so this may fail and the check goes on.
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome
deps-check: | $(READY) ## install what only the tests need: a browser
	@for browser in $(BROWSERS); do \
		command -v $$browser >/dev/null && exit; \
	done; \
	if [ -z "$$HEARSAY_NO_BROWSER" ]; then \
		echo "installing for the tests of pages: $(firstword $(BROWSERS))"; \
		$(SUDO_QUIET) timeout 300 sh -c 'apt-get update -qq && env \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends $(firstword $(BROWSERS))' || \
		echo "no browser could be installed; pages are not tested"; \
	fi

deps-clang:
	@command -v clang >/dev/null && \
	ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a \
		>/dev/null 2>&1 || \
	{ echo "installing: clang and its runtime"; \
	$(apt) clang && $(apt) "libclang-rt-$$(clang -dumpversion | \
		cut -d. -f1)-dev"; }

$(BUILD)/%.o: %.c | $(READY)
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(LIBRARY): $(CORE_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(SYNC): $(SYNC_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(TOOLBOX): $(TOOL_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(SHARED): $(CORE_OBJECTS)
	$(LINK) -shared -Wl,-soname,libhearsay.so.$(SOMAJOR) -o $@ $^ $(CORE_LIBS)

$(BUILD)/hearsay: $(BUILD)/tools/hearsay.o $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

$(BUILD)/hearsayd: $(BUILD)/tools/hearsayd.o $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

# The same program, with the commands in it that hearsay hands on.
$(BUILD)/tools/hearsay-full.o: tools/hearsay.c | $(READY)
	@mkdir -p $(@D)
	$(COMPILE) -DHEARSAY_FULL -c -o $@ $<

$(BUILD)/hearsay-full: $(BUILD)/tools/hearsay-full.o \
		$(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

# Only this program meets nanomsg: it may die of it (sync/link.h).
$(BUILD)/hearsay-link: $(BUILD)/tools/hearsay-link.o $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(LINK_LIBS) $(CORE_LIBS)

# Where a program that was installed looks for the link.
LINKED := $(BUILD)/tests/libexec/hearsay/hearsay-link
$(LINKED): $(BUILD)/hearsay-link
	@mkdir -p $(@D)
	ln -f $< $@

$(BUILD)/tests/unit/test_link: | $(BUILD)/hearsay-link
$(BUILD)/tests/unit/test_host: | $(LINKED)
$(BUILD)/tests/fault/test_wiretap: | $(PROGRAMS) $(HELPERS)
$(BUILD)/tests/bench/bench_sync: | $(LINKED)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o \
		$(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TEST_LIBS) $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

# In this program alone allocations can be made to fail.
$(BUILD)/tests/fault/test_memory: LDFLAGS += -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=realloc
$(BUILD)/tests/fault/%: $(BUILD)/tests/fault/%.o $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TEST_LIBS) $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

$(BUILD)/tests/sim/%: $(BUILD)/tests/sim/%.o $(SIM_COMMON) \
		$(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TEST_LIBS) $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

$(BUILD)/tests/net/%: $(BUILD)/tests/net/%.o
	$(LINK) -o $@ $^

$(BUILD)/tests/page/%: $(BUILD)/tests/page/%.o $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_COMMON) \
		$(SIM_COMMON) $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS) -lsqlite3 -lm

$(BUILD)/tests/fuzz/replay-%: $(BUILD)/tests/fuzz/%.o \
		$(BUILD)/tests/fuzz/replay.o $(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -o $@ $^ $(TEST_LIBS) $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o \
		$(TOOLBOX) $(SYNC) $(LIBRARY)
	$(LINK) -fsanitize=fuzzer -o $@ $^ $(TEST_LIBS) $(TOOL_LIBS) $(SYNC_LIBS) $(CORE_LIBS)

# ---- Tests -------------------------------------------------------------------

tests: $(UNIT_TESTS) $(FAULT_TESTS) $(SIM_TESTS) $(REPLAYS) $(PROGRAMS) \
	$(HELPERS) $(NET_HELPERS) $(PAGE_HELPERS) $(SHARED) $(LIBRARY)

run-tests: tests deps-check
	@BUILD=$(BUILD) CC="$(CC)" tests/run $(UNIT_TESTS) $(FAULT_TESTS) \
		$(SIM_TESTS) $(REPLAYS) $(CLI_TESTS) $(PAGE_TESTS) $(NET_TESTS)

check: run-tests ## run every test

check-asan: check-clang ## the same under ASan and UBSan; both compilers clean
	$(MAKE) VARIANT=asan WERROR=1 run-tests

check-clang: deps-clang
	$(MAKE) CC=clang WERROR=1 all tests

fuzz-%: deps-clang
	$(MAKE) CC=clang VARIANT=fuzz build/clang-fuzz/tests/fuzz/fuzz_$*
	@mkdir -p build/found/$* build/scratch/$*
	build/clang-fuzz/tests/fuzz/fuzz_$* -max_total_time=$(or $(SECONDS),180) \
		-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix=build/found/$*/ build/scratch/$* \
		tests/fuzz/corpus/$*

torture: tests ## 10,000 seeds of simulated clusters, 100 kills, bad lines
	SEEDS=$(or $(SEEDS),10000) FIRST=$(or $(FIRST),1) \
		$(BUILD)/tests/sim/test_converge
	@BUILD=$(BUILD) CC="$(CC)" KILLS=$(or $(KILLS),100) \
		NET_SEEDS=$(or $(NET_SEEDS),30) TEST_SECONDS=3600 \
		tests/run tests/cli/sync_killed.sh $(NET_TESTS)

coverage: ## lines run by the tests, a file a line
	$(MAKE) VARIANT=coverage run-tests
	@cd build/gcc-coverage && find . -name '*.gcda' -path './*/*' | \
		xargs gcov -n 2>/dev/null | awk -F"'" \
		'/^File/ { file = $$2 } /^Lines/ && file ~ /^(core|sync|tools)\// \
		{ print file ": " $$0; file = "" }' | sort -u

bench: $(BENCHES) $(PROGRAMS) $(HELPERS) $(SHARED) ## measure against SQLite; ratios, not only times
	@BUILD=$(BUILD) tests/bench/run

demo: all ## a newcomer's walk through the founding example
	@HEARSAY=$(BUILD)/hearsay sh tools/demo.sh

map: ## who includes what: the architecture
	@grep -HoE '^#include "[a-z]+/[a-z_]+\.h"' core/*.[ch] sync/*.[ch] \
		tools/*.[ch] | sed -E 's/\.[ch]:#include "/ -> /; s/\.h"//' | sort -u

# ---- Installing ----------------------------------------------------------------

# Always anew: it holds PREFIX, which may differ from the last time's.
$(BUILD)/hearsay.pc: always
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' \
		'includedir=$(INCLUDEDIR)' '' 'Name: hearsay' \
		'Description: database of attributed claims' \
		'Version: $(VERSION)' 'Libs: -L$${libdir} -lhearsay' \
		'Libs.private: -llmdb -lmsgpackc -lsodium -lutf8proc' \
		'Cflags: -I$${includedir}' > $@

D := $(DESTDIR)
install: all ## install under PREFIX (and DESTDIR)
	$(INSTALL) -d $(D)$(BINDIR) $(D)$(LIBEXECDIR) $(D)$(LIBDIR)/pkgconfig \
		$(D)$(INCLUDEDIR) \
		$(D)$(MANDIR)/man1 $(D)$(MANDIR)/man8 \
		$(D)$(UNITDIR)/user $(D)$(UNITDIR)/system \
		$(D)$(DATADIR)/bash-completion/completions \
		$(D)$(DATADIR)/zsh/site-functions \
		$(D)$(DATADIR)/fish/vendor_completions.d
	$(INSTALL) -m 755 $(PROGRAMS) $(D)$(BINDIR)
	$(INSTALL) -m 755 $(HELPERS) $(D)$(LIBEXECDIR)
	$(INSTALL) -m 644 $(LIBRARY) $(D)$(LIBDIR)
	$(INSTALL) -m 755 $(SHARED) $(D)$(LIBDIR)
	ln -sf libhearsay.so.$(VERSION) $(D)$(LIBDIR)/libhearsay.so.$(SOMAJOR)
	ln -sf libhearsay.so.$(SOMAJOR) $(D)$(LIBDIR)/libhearsay.so
	$(INSTALL) -m 644 core/hearsay.h $(D)$(INCLUDEDIR)
	$(INSTALL) -m 644 $(BUILD)/hearsay.pc $(D)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 644 tools/hearsay.1 $(D)$(MANDIR)/man1
	$(INSTALL) -m 644 tools/hearsayd.8 $(D)$(MANDIR)/man8
	sed 's|@BINDIR@|$(BINDIR)|' tools/units/hearsayd.service \
		> $(D)$(UNITDIR)/user/hearsayd.service
	sed 's|@BINDIR@|$(BINDIR)|' tools/units/hearsayd@.service \
		> $(D)$(UNITDIR)/system/hearsayd@.service
	chmod 644 $(D)$(UNITDIR)/user/hearsayd.service \
		$(D)$(UNITDIR)/system/hearsayd@.service
	$(INSTALL) -m 644 tools/completion/hearsay.bash \
		$(D)$(DATADIR)/bash-completion/completions/hearsay
	$(INSTALL) -m 644 tools/completion/hearsay.zsh \
		$(D)$(DATADIR)/zsh/site-functions/_hearsay
	$(INSTALL) -m 644 tools/completion/hearsay.fish \
		$(D)$(DATADIR)/fish/vendor_completions.d/hearsay.fish

uninstall: ## take away what install put there
	rm -f $(D)$(BINDIR)/hearsay $(D)$(BINDIR)/hearsayd \
		$(D)$(LIBEXECDIR)/hearsay-link \
		$(D)$(LIBEXECDIR)/hearsay-full \
		$(D)$(MANDIR)/man8/hearsayd.8 \
		$(D)$(UNITDIR)/user/hearsayd.service \
		$(D)$(UNITDIR)/system/hearsayd@.service \
		$(D)$(LIBDIR)/libhearsay.a \
		$(D)$(LIBDIR)/libhearsay.so $(D)$(LIBDIR)/libhearsay.so.* \
		$(D)$(INCLUDEDIR)/hearsay.h $(D)$(LIBDIR)/pkgconfig/hearsay.pc \
		$(D)$(MANDIR)/man1/hearsay.1 \
		$(D)$(DATADIR)/bash-completion/completions/hearsay \
		$(D)$(DATADIR)/zsh/site-functions/_hearsay \
		$(D)$(DATADIR)/fish/vendor_completions.d/hearsay.fish

clean: ## take away build/
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
