#!/bin/sh
# origins: and is:unanswered, in find and in watch: how many independent origins
# support what a claim says, and to whom somebody owes an answer.
set -eu
. "$SOURCE/tests/cli/lib.sh"

say() {
	hs add --subject soldiers --predicate killed --event 2025-01-10 "$@" \
		2>/dev/null
}

hs init dataset >/dev/null 2>&1

# Three outlets, one origin; another one agrees within the width of about.
one=$(say --value 'about 300' --by 'Times < AFP < NIS' --doc https://a.example)
two=$(say --value 'about 300' --by 'Post < NIS' --doc https://b.example)
expect "outlets are no origins" 2 "$(count origins:1)"
three=$(say --value 310 --by 'Gazette < Ministry' --doc https://c.example)
expect "what can be true together supports each other" 3 "$(count origins:2)"
expect "nobody is alone" 0 "$(count origins:1)"
other=$(say --value 900 --by 'Tribune < Union' --doc https://d.example)
expect "who says otherwise is alone" "$other" "$(hs find origins:1 | cut -f1)"
expect "ranges" 3 "$(count 'origins:2..')"
expect "ranges from below" 1 "$(count 'origins:..1')"
expect "comparisons" 3 "$(count 'origins:>1')"
expect "excluded" 1 "$(count '-origins:2')"
expect "with other terms" "$three" "$(hs find 'by:Gazette origins:2' | cut -f1)"

# Terms join origins, also a part with its whole.
hs alias NIS Ministry --part-of >/dev/null
expect "a part and its whole are one" 4 "$(count origins:1)"

# Without a name there is no origin.
unnamed=$(say --value 5 --by 'Star < ?an official' --doc https://e.example)
expect "unnamed" "$unnamed" "$(hs find origins:0 | cut -f1)"

# What was withdrawn has nobody behind it any more.
say --stance withdraws --by 'Tribune < Union' --re "$other" \
	--said 2025-01-12 >/dev/null
expect "withdrawn" 0 "$(count origins:1 value:900)"

# An accusation, and who keeps silent about it.
hs add 'They were sent' --subject troops --predicate sent --value 10 \
	--by Kyiv >accusation 2>/dev/null
expect "nobody is silent yet" 0 "$(count is:unanswered)"
hs add --subject troops --predicate sent --stance silent --by Moscow \
	>silence 2>/dev/null
expect "the accusation and the silence" "$(sort accusation silence)" \
	"$(hs find is:unanswered | cut -f1 | sort)"
hs add --subject troops --predicate sent --stance denies --by Moscow \
	--said 2025-02-01 >/dev/null 2>&1
expect "neither is supported by whom it answers" 2 "$(count origins:0 by:Moscow)"
expect "a denial is an answer" 0 "$(count is:unanswered)"
hs add --subject troops --predicate motive --stance asks --by Reuters \
	>question 2>/dev/null
expect "a question" "$(cat question)" "$(hs find is:unanswered | cut -f1)"
hs add --subject troops --predicate motive --value money --by Kyiv \
	>/dev/null 2>&1
expect "an answer" 0 "$(count is:unanswered)"

# Watching: what makes a second origin shows as it is filed.
hs watch 'origins:2' --json >watched 2>/dev/null &
watcher=$!
tries=0
until [ -s watched ]; do
	sleep 0.1
	hs add --subject ships --predicate sunk --value 3 --by "Fleet $tries" \
		>/dev/null 2>&1
	tries=$((tries + 1))
	[ "$tries" -lt 50 ] || break
done
kill "$watcher"
wait "$watcher" || true
expect_in "the second that says so" '"sunk"' "$(cat watched)"

# What is no count.
refused 2 "is not how many origins there may be" hs find origins:many
refused 2 "write origins:1 or origins:2.." hs find 'origins:..'
refused 2 "is not how many origins" hs find origins:-1
refused 2 "is:unanswered (somebody is silent about it)" hs find is:unheard
expect "as it stood before" 0 "$(count origins:1 --as-of 2001-01-01)"
: "$one" "$two"
