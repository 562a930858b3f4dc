# The two commands of a fresh machine (Debian 12, root, the Rust toolchain):
#
#   make package   builds the example's release and its package, and shows it
#   make test      runs all checks and tests
#
# Both install what they need from Debian where it is missing.

CARGO ?= cargo

.PHONY: package test

package:
	@tests/setup package
	@$(CARGO) build --release --quiet
	@mkdir -p dist
	@package=$$(target/release/reldeb build --manifest examples/relx-release -o dist) && \
	    ls -l "$$package" && \
	    dpkg-deb -I "$$package" && \
	    dpkg-deb -c "$$package" | sed -n '1,20p; $$s/.*/… dpkg-deb -c shows the rest/p'

test:
	@tests/setup test
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) test
