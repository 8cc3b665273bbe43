/* amount.h - one number of a figure: sign, digits, scale words, unit.
 *
 *   [currency] [sign] number [scale ...] [unit]
 *
 * Shared by amount.c and figure_parse.c only. A scan goes over the text once;
 * what a call does not take leaves the place as it was.
 */
#ifndef CORE_AMOUNT_H
#define CORE_AMOUNT_H

#include "core/decimal.h"
#include "core/hearsay.h"

struct hear_scan {
	struct hear_span all;
	size_t at;
	bool in_words; /* no digit: prose may begin so, too */
	struct hear_err *err;
};

struct hear_amount {
	struct hear_decimal number; /* before its scale */
	struct hear_decimal scale;
	struct hear_span unit;
	bool scaled;
	bool closed; /* its unit follows it: nothing after it counts for it */
	bool spaced; /* its groups are parted by plain blanks */
	bool metres; /* "5m": perhaps millions, perhaps not */
	size_t from; /* where it stands */
	size_t to;
};

/* The text from where the scan is. */
struct hear_span hear_scan_rest(const struct hear_scan *scan);
/* The next byte; NUL at the end. */
char hear_scan_next(const struct hear_scan *scan);
void hear_scan_blanks(struct hear_scan *scan);
/* Goes on by `size` bytes, or over the phrase; false: by none. */
bool hear_scan_take(struct hear_scan *scan, size_t size);
bool hear_scan_phrase(struct hear_scan *scan, const char *phrase);
bool hear_scan_begins(struct hear_span text, const char *with);
/* How many bytes of `text` to show in a message: whole characters. */
int hear_shown(struct hear_span text);
/* HEAR_INVALID for all from byte `from` on, less blanks, with advice. */
enum hear_code hear_scan_fail(struct hear_scan *scan, size_t from,
			      const char *advice);

/* "one" .. "twelve", and "a" before a scale word. HEAR_NOTFOUND: neither. */
HEAR_CHECKED enum hear_code hear_number_word(struct hear_scan *scan,
					     struct hear_decimal *out);
/* "12 152mm": refused with a sentence, for it may be two numbers. */
enum hear_code hear_amount_unclear(struct hear_scan *scan,
				   const struct hear_amount *amount);
/* HEAR_NOTFOUND: no amount begins here, but perhaps a date, a time or an
 * identifier. */
HEAR_CHECKED enum hear_code hear_amount_read(struct hear_scan *scan,
					     struct hear_amount *amount);
/* A unit after blanks. Where `unit` is given already only the same one is
 * taken. False: there is none. */
bool hear_amount_unit(struct hear_scan *scan, struct hear_span *unit);

#endif
