#!/bin/sh
# Where datasets are kept and which one is meant; settings; output that cannot
# be written.
set -eu
. "$SOURCE/tests/cli/lib.sh"
refused 1 "hearsay init NAME" "$HEARSAY" find
refused 2 "begins with a dot or a hyphen" "$HEARSAY" init -- -x
refused 2 "begins with a dot" "$HEARSAY" init .hidden
refused 2 "has a slash" "$HEARSAY" init a/b
refused 2 "control character" "$HEARSAY" init "$(printf 'a\tb')"
refused 2 "has no name" "$HEARSAY" init ''
refused 2 "longer than 64 bytes" "$HEARSAY" init \
	01234567890123456789012345678901234567890123456789012345678901234
[ ! -e "$HEARSAY_HOME/datasets" ] || fail "a refused name left something"

hs init korea >out 2>err
expect_in "what init says" "its founder is alice" "$(cat out)"
expect_in "what is said of new keys" "new keys for alice" "$(cat err)"
expect "mode of the identity" 600 "$(stat -c %a "$HEARSAY_HOME/identity")"
expect "mode of the home" 700 "$(stat -c %a "$HEARSAY_HOME")"
expect "mode of the dataset" 700 "$(stat -c %a "$HEARSAY_HOME/datasets/korea")"
refused 1 "exists already" "$HEARSAY" init korea
expect "the only dataset is meant" 0 "$(count)"

hs init "Sahel 2025" >/dev/null
refused 1 "there are several datasets here: Sahel 2025, korea" "$HEARSAY" find
expect "-d after the command" 0 "$(hs find --count -d korea)"
expect "-d before the command" 0 "$(hs -d 'Sahel 2025' find --count)"
expect "HEARSAY_DATASET" 0 "$(HEARSAY_DATASET=korea hs find --count)"
refused 1 "did you mean 'korea'?" "$HEARSAY" -d koera find
expect "names" "Sahel 2025
korea" "$(hs datasets | cut -f1)"
expect "another home" "" "$(hs --home "$PWD/other" datasets 2>/dev/null)"
mkdir xdg
expect "XDG_DATA_HOME" "xdg/hearsay/identity" "$(
	unset HEARSAY_HOME
	XDG_DATA_HOME=$PWD/xdg hs id >/dev/null 2>&1
	find xdg -type f
)"

key=$(hs id | sed -n 's/^key\t//p')
hs id --name "Ada Lovelace" >/dev/null
expect "the new name" "Ada Lovelace" "$(hs id | sed -n 's/^name\t//p')"
expect "the same key" "$key" "$(hs id | sed -n 's/^key\t//p')"
chmod 644 "$HEARSAY_HOME/identity"
refused 1 "identity" "$HEARSAY" id
chmod 600 "$HEARSAY_HOME/identity"

export HEARSAY_DATASET=korea
expect "settings" "marking	green
vocabulary	open" "$(hs config | cut -f1,2 | head -n 2)"
hs config marking amber
expect "a setting" "amber" "$(hs config marking)"
expect "of one dataset only" "green" "$(hs config marking -d 'Sahel 2025')"
hs config marking ''
expect "back to the default" "green" "$(hs config marking)"
refused 2 "did you mean 'marking'?" "$HEARSAY" config markng
refused 2 "write one of: clear, green" "$HEARSAY" config marking greem
refused 2 "open or strict" "$HEARSAY" config vocabulary loose

refused 2 "^" "$HEARSAY" find 'killed (x'
refused 2 "exclude each other" "$HEARSAY" find --json --csv
refused 2 "takes one of: said event filed" "$HEARSAY" find --sort name
refused 2 "whole number" "$HEARSAY" find --limit some
refused 2 "--as-of" "$HEARSAY" find --as-of yesterday
refused 1 "nothing here" "$HEARSAY" show abcd

if [ -w /dev/full ]; then
	status=0
	hs stat >/dev/full 2>err || status=$?
	expect "status with a full disk" 1 "$status"
	expect_in "with a full disk" "No space left on device" "$(cat err)"
fi
hs --help | true # nobody reads: a quiet end

# ---- The node's settings ----

expect "of which kind each is" "marking dataset korea
vocabulary dataset korea
listen this node
advertise this node" "$(hs config | awk -F'\t' '{ print $1, $3 }')"
expect "listens at" "tcp://127.0.0.1:7340" "$(hs config listen)"
expect "and says so" "tcp://127.0.0.1:7340" "$(hs config advertise)"
hs config listen 'tcp://192.0.2.7:7340 tcp://127.0.0.1:7340'
expect "others are told" "tcp://192.0.2.7:7340" "$(hs config advertise)"
hs config advertise tcp://desk.example.org:7340
expect "as was set" "tcp://desk.example.org:7340" "$(hs config advertise)"
expect "for all datasets" "tcp://desk.example.org:7340" \
	"$(hs config advertise -d 'Sahel 2025')"
expect "whose file is" 600 "$(stat -c %a "$HEARSAY_HOME/settings")"
refused 2 "is not a numeric address" "$HEARSAY" config listen tcp://desk:7340
refused 2 "write e.g. tcp://desk" "$HEARSAY" config advertise desk
hs config listen none
expect "nowhere" none "$(hs config listen)"
hs config listen ''
unset HEARSAY_DATASET
expect "without a dataset" "tcp://127.0.0.1:7340" \
	"$(hs --home "$PWD/other" config listen)"
expect "all of them" "listen
advertise" "$(hs --home "$PWD/other" config 2>/dev/null | cut -f1)"
