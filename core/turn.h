/* turn.h - locks beside the data: who has it open, and whose turn it is to
 * write.
 *
 * All of them are flock(2) on files of the dataset's directory, so they end
 * with their process. LMDB has a lock of its own for writers; the turnstile is
 * held while waiting for that one, so the one who waits is next, and the one
 * who writes can see that somebody waits.
 */
#ifndef CORE_TURN_H
#define CORE_TURN_H

#include "core/hearsay.h"

/* ---- In use ---- */

/* The shared lock of those who have the data in directory `path` open; waits
 * while another program has it alone. */
HEAR_CHECKED enum hear_code hear_use_lock(const char *path, int *fd,
					  struct hear_err *err);
/* Takes that lock alone, or shared again; false: others hold it. A failed try
 * may have let go of the lock that was held. */
bool hear_use_alone(int fd);
bool hear_use_share(int fd);

/* ---- The turnstile ---- */

/* The file of that name, made where it is missing. */
HEAR_CHECKED enum hear_code hear_turn_open(const char *name, int *fd,
					   struct hear_err *err);
/* Waits to be next; false: errno says why not. */
bool hear_turn_wait(int fd);
/* Lets the next one wait. */
void hear_turn_pass(int fd);
/* Whether somebody waits. */
bool hear_turn_waited(int fd);
/* Tells those who watch the file that something was written. */
void hear_turn_tell(int fd);

#endif
