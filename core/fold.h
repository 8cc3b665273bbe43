/* fold.h - folded characters: compatibility and case folded, accents and width
 * off. For finding, never for keeping.
 */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include "core/hearsay.h"

enum { HEAR_PENDING = 256 };

/* Folded characters are given one by one to `put`; those that may still be
 * composed with what follows wait in `pending`. ASCII never waits: nothing
 * that is left after the accents are gone composes with it. */
struct hear_fold {
	void (*put)(struct hear_fold *fold, int32_t character);
	size_t count;
	int32_t pending[HEAR_PENDING];
};

/* ASCII: letters made small, blanks and control characters blank. */
static inline unsigned char hear_fold_ascii(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned char)(c | 0x20);
	if (c < ' ' || c == 0x7f)
		return ' ';
	return c == '`' ? '\'' : c;
}

/* Folds one character that is not ASCII. */
void hear_fold_character(struct hear_fold *fold, int32_t character);
/* Puts what is pending: before ASCII and at the end. */
void hear_fold_flush(struct hear_fold *fold);

#endif
