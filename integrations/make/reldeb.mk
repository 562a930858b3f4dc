# Targets for packages, for a Makefile that has `include reldeb.mk`.
#
#   make deb           builds the packages
#   make deb-check     tells what is wrong with them, and writes that as SARIF, too
#   make deb-diff      compares them with those published at ADDRESS, or with OLD=old.deb
#   make deb-rehearse  lets them live in a throwaway system, as root
#   make deb-publish REPOSITORY=/srv/apt SUITE=stable

RELDEB ?= reldeb
MANIFEST ?= .
SUITE ?= stable
ADDRESS ?=
OLD ?=
SYSTEM ?= bookworm

.PHONY: deb deb-check deb-published deb-diff deb-rehearse deb-publish

deb:
	mkdir -p dist
	$(RELDEB) build --manifest "$(MANIFEST)" --output dist/ >dist/packages

deb-check: deb
	$(RELDEB) check --manifest "$(MANIFEST)" --format sarif >dist/check.sarif

deb-published: deb
	rm -rf dist/published
	mkdir -p dist/published
	[ -z "$(OLD)" ] || cp "$(OLD)" "dist/published/$$(basename "$(OLD)" | cut -d _ -f 1).deb"
	[ -z "$(ADDRESS)" ] || while read -r package; do \
	    name=$$(basename "$$package" | cut -d _ -f 1); \
	    index="$(ADDRESS)/dists/$(SUITE)/main/binary-$$(dpkg --print-architecture)/Packages.gz"; \
	    path=$$(curl -fsSL "$$index" | gzip -dc | awk -v name="$$name" \
	        '$$1 == "Package:" { found = ($$2 == name) } found && $$1 == "Filename:" { print $$2 }' | \
	        sort -V | tail -n 1); \
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

deb-publish: deb-check
	xargs -d '\n' $(RELDEB) repo add "$(REPOSITORY)" --suite "$(SUITE)" <dist/packages
