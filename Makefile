# Tuijin. `make help` lists what can be made.
#
#   BUILD=dir        where everything goes (default build)
#   SANITIZE=list    address,undefined or thread: instruments all of it
#   CC=clang         another compiler
#   V=1              shows whole command lines

BUILD    ?= build
SANITIZE ?=
PREFIX   ?= /usr/local
DESTDIR  ?=

LIBRARIES := libzmq msgpack hiredis yaml-0.1 jansson libsodium xlsxwriter libmicrohttpd libcurl ncursesw
WARNINGS  := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
             -Wvla -Wno-missing-field-initializers
OPTIMISE  := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
ifneq ($(SANITIZE),)
OPTIMISE  := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
endif
CFLAGS    ?=
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) $(OPTIMISE) -fPIE -MMD -MP \
             $(shell pkg-config --cflags $(LIBRARIES)) $(CFLAGS)
LINK_FLAGS = -pie -Wl,-z,relro,-z,now,--as-needed $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
LINK_LIBS  = $(shell pkg-config --libs $(LIBRARIES)) -lm

SHARED     := $(wildcard core/*.c common/*.c)
PROGRAMS   := tuijin-collector tuijin-aggregator tuijin-dashboard tuijin
UNIT       := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
PROPERTY   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/property/prop_*.c))
SYSTEM     := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/system/test_*.c))
REPLAY     := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH      := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))

ifeq ($(V),)
say = @printf '  %-4s %s\n' $(1) $(2);
endif

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

all: $(addprefix $(BUILD)/,$(PROGRAMS)) ## the programs, in BUILD

# What the objects were made with: other flags or another compiler make them anew.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' >$@
FORCE:

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# An archive of each folder, and of a program's folder without the file that has its
# main(), so that tests can link the rest.
$(BUILD)/libtuijin.a: $(call objects,$(SHARED)) $(BUILD)/obj/common/translate_texts.o
define program
$(BUILD)/lib$(2).a: $(call objects,$(filter-out $(3),$(wildcard $(2)/*.c)))
$(BUILD)/$(1): $(call objects,$(3)) $(BUILD)/lib$(2).a $(BUILD)/libtuijin.a
endef
$(eval $(call program,tuijin-collector,collector,collector/main.c))
$(eval $(call program,tuijin-aggregator,aggregator,aggregator/main.c))
$(eval $(call program,tuijin-dashboard,dashboard,dashboard/main.c))
$(eval $(call program,tuijin,cli,cli/tuijin.c))
ARCHIVES := $(addprefix $(BUILD)/lib,collector.a aggregator.a dashboard.a cli.a tuijin.a)

# The web page is part of the program.
$(BUILD)/libdashboard.a: $(BUILD)/obj/dashboard/static.o
$(BUILD)/obj/dashboard/static.S: tools/embed.sh $(shell find dashboard/static)
	@mkdir -p $(@D)
	@tools/embed.sh dashboard/static >$@
$(BUILD)/obj/dashboard/static.o: $(BUILD)/obj/dashboard/static.S
	$(call say,AS,$<)$(CC) -c -o $@ $<

# So are the texts in Chinese.
$(BUILD)/obj/po/zh.mo: po/zh.po tools/mo.sh
	@mkdir -p $(@D)
	$(call say,PO,$<)CC='$(CC)' tools/mo.sh $< $@
$(BUILD)/obj/common/translate_texts.o: common/translate_texts.S $(BUILD)/obj/po/zh.mo
	@mkdir -p $(@D)
	$(call say,AS,$<)$(CC) -c -Wa,-I$(BUILD)/obj/po -o $@ $<

$(ARCHIVES):
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(addprefix $(BUILD)/,$(PROGRAMS)):
	$(call say,LINK,$@)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBS)

$(UNIT) $(PROPERTY) $(SYSTEM): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBS) -lcmocka

$(BUILD)/tests/fuzz/replay_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/replay.o $(addprefix $(BUILD)/lib,dashboard.a cli.a tuijin.a)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBS)

$(BENCH): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(BUILD)/libtuijin.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBS)

PYTHON  := /usr/bin/python3
# Most of a system test is waiting.
TEST_JOBS ?= $(shell n=$$(nproc); echo $$((n < 4 ? 2 * n + 1 : 8)))
TEST_FLAGS ?=
SOURCES  = $(wildcard core/*.[ch] common/*.[ch] collector/*.[ch] aggregator/*.[ch] dashboard/*.[ch] cli/*.[ch] \
           tests/*.h tests/*/*.[ch])

help: ## this list
	@echo 'Variables: BUILD=dir (now $(BUILD)) CC= CFLAGS= SANITIZE=address,undefined V=1 PREFIX= DESTDIR='
	@echo '           for test: TEST_JOBS=n TEST_FLAGS="-k name" (of pytest)'
	@echo '           for demo and run: PLAN=file RATE=reports/s DEMO_SECONDS=s CURVE=1'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## installs what building needs and the machine lacks (Debian; as root or with sudo)
	@tools/deps.sh build

deps-test:
	@tools/deps.sh test

# The two that a newcomer types install first, then build with what is there now.
demo: deps ## the whole system with simulated agencies in this terminal, until Ctrl-C
	@$(MAKE) -s --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) tools/demo.sh demo

run: deps ## the same without simulated agencies; data is kept in BUILD/run
	@$(MAKE) -s --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) tools/demo.sh run

test: deps-test ## all tests: unit, property, fuzz corpus, system, faults, interop, browser
	@$(MAKE) -s --no-print-directory -j$$(nproc) all test-programs
	@$(MAKE) --no-print-directory test-fast test-full

check: ## the fast tests only: seconds
	@$(MAKE) -s --no-print-directory -j$$(nproc) test-programs
	@$(MAKE) --no-print-directory test-fast

test-programs: $(UNIT) $(PROPERTY) $(REPLAY) $(SYSTEM)

test-fast: $(UNIT) $(PROPERTY) $(REPLAY)
	@tests/run.sh $(BUILD) $(UNIT) $(PROPERTY) -- $(REPLAY)
	@$(PYTHON) tests/layers.py

test-full: all $(SYSTEM)
	@tests/run.sh $(BUILD) $(SYSTEM)
	@BUILD=$(BUILD) $(PYTHON) -m pytest -q -p no:cacheprovider -n $(TEST_JOBS) $(TEST_FLAGS) tests/system tests/interop tests/browser

deb: ## the Debian package, in BUILD/deb
	@tools/deb.sh $(BUILD)

package-test: ## installs, upgrades and removes the package on bare Debian machines (as root)
	@tools/deps.sh package
	@DEB_BUILD_OPTIONS=nocheck tools/deb.sh $(BUILD)
	@BUILD=$(BUILD) $(PYTHON) -m pytest -q -p no:cacheprovider tests/package

compose-test: ## builds and runs docker-compose.yml in a Docker engine of its own, where it can
	@tools/compose-test.sh

shots: deps-test ## pictures of every view of the web page, into BUILD/shots, for people to look at
	@$(MAKE) -s --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) $(PYTHON) tests/browser/shots.py $(BUILD)/shots

bench: deps-test ## speed against the references of docs/design.md (about four minutes)
	@$(MAKE) -s --no-print-directory -j$$(nproc) all bench-programs
	@BUILD=$(BUILD) $(PYTHON) tests/bench/run.py

bench-programs: $(BENCH)

fuzz: ## every parser under libFuzzer, FUZZ_SECONDS each (default 60; needs clang)
	@tools/deps.sh check
	@tests/fuzz/run.sh $(BUILD)

po: ## brings po/zh.po up to date with the texts of the sources
	@mkdir -p $(BUILD)
	@tools/texts.sh $(BUILD)/tuijin.pot
	@msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --width=100 po/zh.po $(BUILD)/tuijin.pot
	@msgattrib --no-obsolete --no-location --width=100 -o po/zh.po po/zh.po
	@sed -i '/^"POT-Creation-Date/d; /^"Report-Msgid/d' po/zh.po
	@msgfmt --check --statistics -o /dev/null po/zh.po

format: ## formats all sources
	clang-format -i $(SOURCES)

format-check:
	clang-format --dry-run --Werror $(SOURCES)

man: all ## the manual pages, in BUILD/man
	@tools/man.sh $(BUILD)

install: all man ## into DESTDIR/PREFIX (default /usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/tuijin/plans \
	    $(DESTDIR)$(PREFIX)/share/doc/tuijin
	install -m 755 $(addprefix $(BUILD)/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	install -m 644 plans/*.yaml $(DESTDIR)$(PREFIX)/share/tuijin/plans
	install -d $(DESTDIR)$(PREFIX)/share/doc/tuijin/docs $(DESTDIR)$(PREFIX)/share/doc/tuijin/plans
	install -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/tuijin
	install -m 644 docs/* $(DESTDIR)$(PREFIX)/share/doc/tuijin/docs
	install -m 644 plans/*.yaml $(DESTDIR)$(PREFIX)/share/doc/tuijin/plans
	install -d $(DESTDIR)$(PREFIX)/share/doc/tuijin/deploy $(DESTDIR)$(PREFIX)/lib/systemd/system
	cp -r deploy/. $(DESTDIR)$(PREFIX)/share/doc/tuijin/deploy
	install -m 644 deploy/systemd/*.service $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -d $(DESTDIR)$(PREFIX)/share/man $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	cp -r $(BUILD)/man/. $(DESTDIR)$(PREFIX)/share/man
	for program in $(PROGRAMS); do install -m 644 deploy/completion/tuijin.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program; done

clean: ## removes what was built
	rm -rf $(BUILD)

.PHONY: all help po man deps deps-test demo run test check test-programs test-fast test-full deb package-test compose-test shots bench \
        bench-programs fuzz format format-check install clean FORCE
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
