# Two commands run everything; what they do stands in dev/. `make` alone lists them.
PYTHON ?= python3

help:    ## lists the commands
	@sed -n 's/^\([a-z]*\): *## */make \1\t/p' $(MAKEFILE_LIST)

run:     ## serves the portal with the sample programme: PORT=8000 HOST=127.0.0.1 DATABASE_URL=
	@$(PYTHON) -m dev run

test:    ## runs the checks and the whole suite on a PostgreSQL of its own
	@$(PYTHON) -m dev test $(TESTS)

check:   ## linters, import contract, Django's checks, missing migrations
	@$(PYTHON) -m dev check

fmt:     ## formats the code and mends what the linters can mend
	@$(PYTHON) -m dev fmt

bench:   ## the benchmarks: prints tables and writes bench/latest.json; PART=pages, registrations, mails, imports, endurance, starts or failover
	@$(PYTHON) -m dev bench $(PART)

sbom:    ## writes what the portal is made of as a CycloneDX bill of materials: var/sbom.cdx.json
	@$(PYTHON) -m dev sbom

audit:   ## holds the locked packages against the known vulnerabilities; needs the internet
	@$(PYTHON) -m dev audit

.PHONY: help run test check fmt bench sbom audit
