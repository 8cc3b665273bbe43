/* theirs.h - SQLite's side of a comparison: the same claims in a table of the
 * same columns, the same secondary indexes, and full text over text and quote.
 *
 * It is given what makes it fast: prepared statements, one transaction for as
 * many records as ours, 48 MB of cache, memory for temporary data. It is as
 * durable as ours: synchronous=FULL.
 */
#ifndef BENCH_THEIRS_H
#define BENCH_THEIRS_H

#include <stdbool.h>
#include <sqlite3.h>
#include <stdint.h>

/* Makes the database anew from a file of JSON Lines, and closes it; how many
 * claims it holds. With `wal` its log is written ahead, else it has a
 * rollback journal. */
uint64_t theirs_import(const char *path, const char *file, bool wal);

sqlite3 *theirs_open(const char *path);
/* Bytes of the database, as it is and after VACUUM (of a copy). */
uint64_t theirs_bytes(const char *path);
uint64_t theirs_compact_bytes(const char *path);

/* Every column of a claim by its id, which is parameter 1. */
sqlite3_stmt *theirs_lookup(sqlite3 *db);
/* Stops with SQLite's message unless rc is SQLITE_OK, SQLITE_ROW or
 * SQLITE_DONE. */
void theirs_need(sqlite3 *db, int rc);

#endif
