# Targets for a package, for a Makefile that has `include reldeb.mk`.
#
#   make deb           builds the package
#   make deb-check     tells what it needs on a machine
#   make deb-diff OLD=old.deb
#   make deb-publish REPOSITORY=/srv/apt SUITE=stable

RELDEB ?= reldeb
MANIFEST ?= .
SUITE ?= stable

.PHONY: deb deb-check deb-diff deb-publish

deb:
	mkdir -p dist
	$(RELDEB) build --manifest "$(MANIFEST)" --output dist/ >dist/packages

deb-check: deb
	xargs -d '\n' -n 1 $(RELDEB) check <dist/packages

# 1 says that they differ, 2 that they cannot be compared.
deb-diff: deb
	xargs -d '\n' -n 1 sh -c '$(RELDEB) diff "$(OLD)" "$$0" || [ "$$?" = 1 ]' <dist/packages

deb-publish: deb-check
	xargs -d '\n' $(RELDEB) repo add "$(REPOSITORY)" --suite "$(SUITE)" <dist/packages
