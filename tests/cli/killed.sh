#!/bin/sh
# Killed at any moment of an import: what was reported as filed is there, whole
# filings only, and verify finds nothing wrong; the same import again goes on.
set -eu
. "$SOURCE/tests/cli/lib.sh"
each=6000
awk -v each=$each 'BEGIN { for (i = 1; i <= each; i++)
	printf "{\"text\":\"Line %d of a long report on the night of the attack\",\"chain\":\"Agency %d < Official %d\"}\n", i, i % 7, i % 90 }' >many.jsonl

round=0
for delay in 0.01 0.03 0.05 0.08 0.1 0.12 0.15 0.18 0.2 0.25 0.3 0.4; do
	round=$((round + 1))
	hs init "round$round" >/dev/null 2>&1
	"$HEARSAY" import -d "round$round" many.jsonl >out 2>&1 &
	import=$!
	sleep $delay
	kill -9 $import 2>/dev/null || true
	wait $import 2>/dev/null && ended=yes || ended=no
	found=$(count -d "round$round")
	[ $ended = no ] || expect "round $round: what was reported as filed" $each "$found"
	expect "round $round: whole filings" "$(logged -d "round$round")" "$found"
	hs verify -d "round$round" >verified 2>&1 ||
		fail "round $round: verify: $(cat verified)"
	hs import -d "round$round" many.jsonl >again 2>&1 ||
		fail "round $round: again: $(cat again)"
	expect "round $round: after the same import again" $each \
		"$(count -d "round$round")"
done

# watch has printed only what is on disk: the killed import's last line too.
hs init last >/dev/null 2>&1
"$HEARSAY" watch -d last >watched 2>&1 &
watcher=$!
sleep 0.3
"$HEARSAY" import -d last many.jsonl >out 2>&1 &
import=$!
while [ ! -s watched ] && kill -0 $import 2>/dev/null; do sleep 0.01; done
kill -9 $import 2>/dev/null || true
wait $import 2>/dev/null || true
sleep 0.3
kill $watcher
wait $watcher || true
seen=$(wc -l <watched)
found=$(count -d last)
expect "watched and on disk" "$found" "$seen"
