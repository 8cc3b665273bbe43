#!/bin/sh
# The arrows of the architecture: tools -> sync -> core, never back; the tools
# see of core its public header and the plain helpers (bytes, errors, files,
# values), nothing of its reading and writing; each outside library has one
# home.
set -eu
. "$SOURCE/tests/cli/lib.sh"
cd "$SOURCE"
found=$(grep -nE '#include "(sync|tools)/' core/*.[ch] || true)
expect "includes from core outwards" "" "$found"
found=$(grep -nE '#include "tools/' sync/*.[ch] || true)
expect "includes from sync outwards" "" "$found"
found=$(grep -nE '#include "core/' tools/*.[ch] |
	grep -vE '"core/(hearsay|bytes|error|files|value)\.h"' || true)
expect "inner headers of core seen by tools" "" "$found"
home() { # header, its home
	found=$(grep -lE "#include <$1" core/*.[ch] sync/*.[ch] tools/*.[ch] |
		grep -vE "^($2)\.[ch]$" || true)
	expect "$1 used outside $2" "" "$found"
}
home lmdb.h core/store
home msgpack core/pack
home sodium 'core/sign|sync/noise'
home utf8proc core/unicode
home jansson tools/json
home yaml.h tools/yaml
home nanomsg sync/link_socket
home csv.h tools/csv
home zstd sync/squeeze
