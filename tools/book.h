/* book.h - a dataset's address book at work: every member in it is dialled,
 * at one of its addresses; where that leads nowhere, at the next. */
#ifndef TOOLS_BOOK_H
#define TOOLS_BOOK_H

#include "sync/engine.h"

struct book;

/* Both are borrowed. NULL: out of memory. */
struct book *book_new(struct hear_engine *engine, struct hear_dataset *dataset);
/* Lets go of its peers. NULL is accepted. */
void book_free(struct book *book);

/* Reads it anew, and the keys that the roster has; dials and lets go of what
 * changed. */
HEAR_CHECKED enum hear_code book_read(struct book *book, struct hear_err *err);

/* Goes on to another address where one leads nowhere. */
void book_turn(struct book *book, uint64_t now_ms);
/* In steady_ms; UINT64_MAX: not before something happens. */
uint64_t book_due(const struct book *book);

#endif
