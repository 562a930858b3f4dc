# Targets for packages, for a Makefile that has `include reldeb.mk`.
#
#   make deb           builds the packages
#   make deb-check     tells what is wrong with them, and writes that as SARIF, too
#   make deb-diff      compares them with those published at ADDRESS, or with OLD=old.deb
#   make deb-rehearse  lets them live in a throwaway system, as root
#   make deb-publish REPOSITORY=/srv/apt SUITE=stable COMPONENT=main
#                      publishes them, after all other targets that are named with it

RELDEB ?= reldeb
MANIFEST ?= .
SUITE ?= stable
COMPONENT ?= main
ADDRESS ?=
REPOSITORY ?=
OLD ?=
SYSTEM ?= bookworm

# The same commit makes the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
ifneq ($(SOURCE_DATE_EPOCH),)
export SOURCE_DATE_EPOCH
endif

# The tag at hand says the version, v1.4.0-rc.1 as 1.4.0~rc.1.
DEB_TAG ?= $(shell git describe --tags --exact-match --match 'v[0-9]*' --match '[0-9]*' 2>/dev/null)
VERSION_OF_TAG = $(if $(DEB_TAG),--release-version "$(DEB_TAG)")

.PHONY: deb deb-check deb-published deb-diff deb-rehearse deb-repository deb-publish

deb:
	mkdir -p dist
	$(RELDEB) build --manifest "$(MANIFEST)" $(VERSION_OF_TAG) --output dist/ >dist/packages

deb-check: deb
	$(RELDEB) check --manifest "$(MANIFEST)" $(VERSION_OF_TAG) --format sarif >dist/check.sarif

deb-published: deb
	rm -rf dist/published
	mkdir -p dist/published
	[ -z "$(OLD)" ] || cp "$(OLD)" "dist/published/$$(basename "$(OLD)" | cut -d _ -f 1).deb"
	[ -z "$(ADDRESS)" ] || curl -fsSL --output dist/published/Packages.gz \
	    "$(ADDRESS)/dists/$(SUITE)/$(COMPONENT)/binary-$$(dpkg --print-architecture)/Packages.gz"
	[ -z "$(ADDRESS)" ] || gzip -dc dist/published/Packages.gz >dist/published/Packages
	[ -z "$(ADDRESS)" ] || while read -r package; do \
	    name=$$(basename "$$package" | cut -d _ -f 1); \
	    awk -v name="$$name" ' \
	        function tell() { if (package == name) print version, path; package = "" } \
	        /^Package: / { package = $$2 } /^Version: / { version = $$2 } /^Filename: / { path = $$2 } \
	        /^$$/ { tell() } END { tell() }' dist/published/Packages >dist/published/versions || exit 1; \
	    newest=; path=; \
	    while read -r version file; do \
	        if [ -z "$$newest" ] || dpkg --compare-versions "$$version" gt "$$newest"; then \
	            newest=$$version; path=$$file; \
	        fi; \
	    done <dist/published/versions; \
	    [ -z "$$path" ] || curl -fsSL --output "dist/published/$$name.deb" "$(ADDRESS)/$$path" || exit 1; \
	done <dist/packages

# 1 says that they differ, 2 that they cannot be compared.
deb-diff: deb-published
	while read -r package; do \
	    published="dist/published/$$(basename "$$package" | cut -d _ -f 1).deb"; \
	    [ ! -e "$$published" ] || $(RELDEB) diff "$$published" "$$package" || [ "$$?" = 1 ] || exit 1; \
	done <dist/packages

deb-rehearse: deb-published
	while read -r package; do \
	    published="dist/published/$$(basename "$$package" | cut -d _ -f 1).deb"; \
	    set -- "$$package" --suite "$(SYSTEM)"; \
	    [ ! -e "$$published" ] || set -- "$$@" --from "$$published"; \
	    $(RELDEB) rehearse "$$@" </dev/null || exit 1; \
	done <dist/packages

# Before a build that would be for nothing.
deb-repository:
	@[ -n "$(REPOSITORY)" ] || { echo "name the repository to publish in, such as REPOSITORY=/srv/apt" >&2; exit 1; }

# Whatever the order on the command line, and with -j: what was compared or rehearsed in vain stays unpublished.
deb-publish: deb-repository deb-check $(filter deb-diff deb-rehearse,$(MAKECMDGOALS))
	xargs -d '\n' $(RELDEB) repo add "$(REPOSITORY)" --suite "$(SUITE)" --component "$(COMPONENT)" <dist/packages
