#!/bin/sh
# The address book: names and numbers, several addresses of a member, and an
# address that is in no book.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
for who in alice bob carol; do node $who; done
on alice init korea >/dev/null 2>&1
start alice
lets_in alice bob >/dev/null
lets_in alice carol >/dev/null

# ---- The book ----

expect "the inviter is in it" "alice	$(address alice)" "$(on bob peer)"
expect_in "none is no failure" "the address book is empty" "$(on alice peer 2>&1)"
refused 2 "is no address of a peer" on bob peer add alice nonsense
refused 2 "write: hearsay peer list" on bob peer ad alice
on bob sync >/dev/null
refused 1 "there are 2 other members" on bob peer add tcp://desk:7340
refused 1 "already" on bob peer add alice "$(address alice)"
refused 1 "there is no member 'dave'" on bob peer remove dave
refused 1 "is not in the address book" on bob peer remove tcp://desk:7340
on bob peer add ALICE tcp://desk.example.org:7340 2>/dev/null
expect "another" 2 "$(on bob peer | wc -l)"
on bob peer remove tcp://desk.example.org:7340
on bob peer remove alice
expect "none" "" "$(on bob peer 2>/dev/null)"

# ---- In no book ----

refused 1 "nobody is in the address book" on bob sync
on alice add "by address" >/dev/null
on bob sync "$(address alice)" >out 2>err || fail "sync ADDRESS: $(cat out err)"
expect_in "who is there" "in sync with alice: " "$(cat out)"
expect "and only they" 1 "$(wc -l <out)"
has bob '"by address"' || fail "it came"
free_port
refused 1 "no member of the dataset answers at" on bob sync "tcp://127.0.0.1:$port" --timeout 4
on bob diff alice "$(address alice)" >/dev/null || fail "diff with an address"
refused 1 "not in sync with carol" on bob diff carol "$(address alice)" --timeout 4

# ---- Names, and several addresses ----

# The first leads nowhere, the second has a name.
on bob peer add alice "tcp://127.0.0.1:$port" 2>/dev/null
on bob peer add alice "tcp://localhost:$(cat alice.port)" 2>/dev/null
on bob sync >out 2>err || fail "sync at the second: $(cat out err)"
expect_in "at the second" "in sync with alice" "$(cat out)"
start bob
on alice add "to whoever dials" >/dev/null
until_so 20 "bob's daemon finds the second too" has bob '"to whoever dials"'

# ---- In a row: what carol files comes to bob by way of alice ----

start carol
on carol add "from carol" >/dev/null
until_so 10 "by way of alice" has bob '"from carol"'
on bob diff alice >/dev/null || fail "bob and alice are equal"

# ---- ipc:// ----

mkdir -m 700 sockets
stop alice
on alice config listen "ipc://$PWD/sockets/alice"
start alice
on bob peer remove alice
on bob peer add alice "ipc://$PWD/sockets/alice" 2>/dev/null
on alice add "over a path" >/dev/null
until_so 10 "over ipc" has bob '"over a path"'
