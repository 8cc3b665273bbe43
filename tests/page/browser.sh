# browser.sh - what the tests of pages share: a headless browser, without any
# network, and what it makes of a page. tests/cli/lib.sh comes before it.

browser=
for try in chromium-headless-shell chromium chromium-browser google-chrome; do
	if command -v "$try" >/dev/null; then
		browser=$try
		break
	fi
done
[ -z "${HEARSAY_NO_BROWSER:-}" ] || skip "HEARSAY_NO_BROWSER is set"
[ -n "$browser" ] || skip "there is no browser (Debian: chromium-headless-shell)"

# In a network of its own with nobody in it, where that can be had.
apart=
if unshare -n true 2>/dev/null; then
	apart="unshare -n"
elif unshare -rn true 2>/dev/null; then
	apart="unshare -rn"
fi

# browse OPTION... ADDRESS: what it is asked for on standard output, what it
# says in browse.err.
browse() {
	# shellcheck disable=SC2086 # two words or none
	timeout 60 $apart "$browser" --headless --no-sandbox --disable-gpu \
		--disable-quic --no-first-run --no-default-browser-check \
		--disable-background-networking --disable-component-update \
		--disable-sync --disable-extensions --disable-dev-shm-usage \
		--host-resolver-rules='MAP * ~NOTFOUND' \
		--user-data-dir="$PWD/browser" --enable-logging=stderr \
		"$@" 2>browse.err
}

browse --dump-dom 'data:text/html,<p>ready</p>' >browse.out ||
	skip "the browser does not start: $(tail -n 1 browse.err)"
expect_in "the browser's first page" "ready" "$(cat browse.out)"

# measure FILE: a PASS or FAIL line for each of two widths and two colour
# schemes (measure.js).
measure() {
	{
		echo '<!DOCTYPE html><meta charset="utf-8"><title>measured</title>'
		echo '<style>.light{color-scheme:light}.dark{color-scheme:dark}</style>'
		for width in 360 1280; do
			for scheme in light dark; do
				printf '<iframe title="%s %s" class="%s" width="%s" height="800" style="border:0" srcdoc="' \
					"$width" "$scheme" "$scheme" "$width"
				sed 's/&/\&amp;/g; s/"/\&quot;/g' "$1"
				echo '"></iframe>'
			done
		done
		echo '<pre id="verdict"></pre><script>'
		cat "$SOURCE/tests/page/measure.js"
		echo '</script>'
	} >harness.html
	browse --dump-dom "file://$PWD/harness.html" >browse.out ||
		fail "the browser fails on $1: $(tail -n 3 browse.err)"
	sed -n '/<pre id="verdict">/,/<\/pre>/p' browse.out |
		sed 's/<pre id="verdict">//; s/<\/pre>.*//'
}

# What the page had the browser complain of, or say.
console() {
	browse --dump-dom "file://$PWD/$1" >browse.out ||
		fail "the browser fails on $1: $(tail -n 3 browse.err)"
	grep CONSOLE browse.err || true
}

# legible FILE: it passes everywhere, and has nothing to say.
legible() {
	verdict=$(measure "$1")
	expect "$1 as it is read:
$verdict" 4 "$(printf '%s\n' "$verdict" | grep -c ^PASS)"
	expect "what $1 says on the console" "" "$(console "$1")"
}

# sheets FILE: how many sheets of paper it takes; the file is FILE.pdf.
sheets() {
	browse --no-pdf-header-footer --print-to-pdf="$PWD/$1.pdf" \
		"file://$PWD/$1" >browse.out ||
		fail "$1 cannot be printed: $(tail -n 3 browse.err)"
	if command -v pdfinfo >/dev/null; then
		pdfinfo "$1.pdf" | sed -n 's/^Pages: *//p'
	else
		grep -aoE '/Type */Page([^s]|$)' "$1.pdf" | wc -l | tr -d ' '
	fi
}

# on_every_sheet FILE TEXT: it stands on each sheet, where that can be told.
on_every_sheet() {
	command -v pdftotext >/dev/null || return 0
	pdftotext -layout "$1.pdf" sheets.txt
	expect "sheets without $2" "" "$(awk -v wanted="$2" 'BEGIN { RS = "\f" }
		length($0) > 1 && !index($0, wanted) { print NR }' sheets.txt)"
}
