#!/bin/sh
# The table of commands is the one truth: --help, the manual page and the
# completions name every command and every option of it, and no other.
set -eu
. "$SOURCE/tests/cli/lib.sh"
page=$SOURCE/tools/hearsay.1
hs --help >all
hs __complete | cut -f1 | grep -vx help >commands
[ -s commands ] || fail "no commands"

# What the page says of a command: from its heading to the next. The mdoc
# marks become plain text: "Fl Fl count" is --count.
section() {
	awk -v name="$1" '/^\.S[sh] / { on = ($1 == ".Ss" && $2 == name) } on' \
		"$page" | sed 's/Fl Fl /--/g'
}

while read -r command; do
	grep -q "^  $command " all || fail "--help lacks $command"
	hs "$command" --help >help
	hs help "$command" | cmp -s - help ||
		fail "help $command and $command --help differ"
	for part in "^Usage: hearsay $command" "^For every command:" "^Example:" \
		"^  hearsay $command"; do
		grep -q "$part" help || fail "$command --help lacks $part"
	done
	section "$command" >section
	[ -s section ] || fail "hearsay.1 has no section $command"
	grep -q "^\.Dl .*hearsay $command\|^hearsay $command" section ||
		fail "hearsay.1 has no example of $command"
	hs __complete "$command" | cut -f1 |
		grep -vxE -- '--(dataset|home|json|help)' >options || true
	while read -r option; do
		grep -qw -e "$option" help || fail "$command --help lacks $option"
		grep -qw -e "$option" section ||
			fail "hearsay.1 lacks $option of $command"
	done <options
done <commands

sed -n 's/^\.Ss \([a-z-]*\).*/\1/p' "$page" | sort >described
sort commands | cmp -s - described ||
	fail "hearsay.1 describes other commands: $(sort commands |
		comm -13 - described | tr '\n' ' ')"

expect_in "the version" "hearsay 0." "$(hs --version)"
refused 2 "a command is missing" "$HEARSAY"
refused 2 "did you mean 'find'?" "$HEARSAY" fnid
refused 2 "did you mean 'datasets'?" "$HEARSAY" help dataset
refused 2 "did you mean --count?" "$HEARSAY" find --cuont
refused 2 "write: hearsay show ID" "$HEARSAY" show
refused 2 "one word too many" "$HEARSAY" stat please

# The completions ask the program, so a sample is enough.
command -v bash >/dev/null || exit 0
hs init korea >/dev/null 2>&1
cat >ask.bash <<'END'
hearsay() { "$HEARSAY" "$@"; }
. "$SOURCE/tools/completion/hearsay.bash"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_hearsay
echo "${COMPREPLY[*]}"
END
ask() { bash ask.bash "$@"; }
expect "a command" "find" "$(ask hearsay fin)"
expect "a command after an option" "find" "$(ask hearsay -d korea fin)"
expect "an option" "--sort" "$(ask hearsay find --so)"
expect "what follows an option" "said event filed" "$(ask hearsay find --sort '')"
expect "a dataset" "korea" "$(ask hearsay stat -d '')"
expect "the first word" "source subject" "$(ask hearsay terms s)"
