/* SPDX-License-Identifier: ISC */
#include "core/store.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"
#include "core/turn.h"

#include <errno.h>
#include <limits.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(sizeof(void *) >= 8, "the map needs a 64-bit address space");

static const size_t default_map = (size_t)1 << 40;
static const size_t smallest_map = (size_t)1 << 20;
/* Room a write transaction must find: more than any of ours ever dirties. */
static const size_t headroom = (size_t)256 << 20;
enum { MAX_READERS = 1024 };

static const struct {
	const char *name;
	bool numbers;
} tables[HEAR_TABLE_COUNT] = {
#define TABLE_ROW(name, text, numbers) {text, numbers},
	HEAR_TABLES(TABLE_ROW)
#undef TABLE_ROW
};

struct hear_store {
	MDB_env *env;
	MDB_dbi tables[HEAR_TABLE_COUNT];
	char *path;
	char *file;    /* data.mdb */
	char *turn;    /* the turnstile */
	int use_fd;    /* shared lock: the store is in use */
	bool read_only;
	pthread_mutex_t lock;
	unsigned active; /* transactions of this process; under lock */
	bool lost;	 /* no longer to be used: open it again; under lock */
};

struct hear_txn {
	struct hear_store *store;
	MDB_txn *mdb;
	MDB_cursor *cursors[HEAR_TABLE_COUNT]; /* for updates; write only */
	int turn_fd;			       /* -1 in a read transaction */
};

struct hear_cursor {
	struct hear_txn *txn;
	MDB_cursor *mdb;
};

/* ---- Errors ---- */

/* The one place where LMDB's codes become ours. A full disk reaches us as EIO
 * (a short write), so the room left decides. */
static enum hear_code fail_mdb(const struct hear_store *store, int rc,
			       const char *doing, struct hear_err *err)
{
	switch (rc) {
	case MDB_NOTFOUND:
		return HEAR_NOTFOUND;
	case ENOMEM:
		return hear_fail_memory(err);
	case MDB_MAP_FULL:
		return hear_fail(err, HEAR_FULL,
				 "%s: %s: the transaction outgrew the map; "
				 "commit more often, and end readers before "
				 "writing",
				 store->path, doing);
	case MDB_MAP_RESIZED:
		return hear_fail(err, HEAR_IO,
				 "%s: %s: another program made it grow; end "
				 "what this one has open on it, and try again",
				 store->path, doing);
	case MDB_READERS_FULL:
		return hear_fail(err, HEAR_IO,
				 "%s: %d programs read this dataset already; "
				 "close some",
				 store->path, MAX_READERS);
	case MDB_INVALID:
		return hear_fail(err, HEAR_FOREIGN,
				 "%s is not a Hearsay dataset, or its first "
				 "pages are destroyed; restore a backup with "
				 "`hearsay restore`",
				 store->file);
	case MDB_VERSION_MISMATCH:
		return hear_fail(err, HEAR_VERSION,
				 "%s was written by another version of LMDB",
				 store->file);
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
	case MDB_CURSOR_FULL:
	case MDB_BAD_TXN:
		return hear_fail(err, HEAR_DAMAGED,
				 "%s is damaged (%s): run `hearsay verify`, "
				 "and `hearsay restore` with a backup if that "
				 "fails",
				 store->file, mdb_strerror(rc));
	case EIO:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		if (rc != EIO || hear_disk_full(store->file))
			return hear_fail(err, HEAR_FULL,
					 "the disk that holds %s is full; what "
					 "was filed before is safe, free some "
					 "space and try again",
					 store->path);
		break;
	case EACCES:
	case EPERM:
	case EROFS:
		return hear_fail(err, HEAR_DENIED,
				 "%s: %s: %s; Hearsay must be able to write "
				 "there, even to read (its lock file)",
				 store->path, doing, strerror(rc));
	case EAGAIN:
		return hear_fail(err, HEAR_IO,
				 "%s: %s: another container uses this dataset; "
				 "open it from one only",
				 store->path, doing);
	}
	return hear_fail(err, HEAR_IO, "%s: %s: %s", store->path, doing,
			 mdb_strerror(rc));
}

static char *joined(const char *path, const char *name)
{
	char *out = NULL;

	return asprintf(&out, "%s/%s", path, name) < 0 ? NULL : out;
}

/* ---- Alone ---- */

/* Taking the other lock lets the one held go first. Whoever came in between
 * may have put another file in this one's place: then what is open here is of
 * no more use. */
enum hear_code hear_store_alone(struct hear_store *store, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	pthread_mutex_lock(&store->lock);
	if (store->active > 0 || store->lost ||
	    !hear_use_alone(store->use_fd)) {
		store->lost |= !hear_use_share(store->use_fd);
		code = hear_fail(err, HEAR_DENIED,
				 "%s is in use by another program or reader; "
				 "end that first",
				 store->path);
	}
	pthread_mutex_unlock(&store->lock);
	return code;
}

void hear_store_share(struct hear_store *store)
{
	pthread_mutex_lock(&store->lock);
	store->lost |= !hear_use_share(store->use_fd);
	pthread_mutex_unlock(&store->lock);
}

/* ---- Opening ---- */

/* The turnstile must be there for those who only watch it. */
static enum hear_code make_turnstile(const struct hear_store *store,
				     struct hear_err *err)
{
	int fd = -1;
	enum hear_code code = hear_turn_open(store->turn, &fd, err);

	if (fd >= 0)
		close(fd);
	return code;
}

/* An empty file is none of LMDB's, which would make a new store of it. */
static enum hear_code find_file(const struct hear_store *store,
				struct hear_err *err)
{
	struct stat file;

	if (stat(store->file, &file) < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? hear_fail(err, HEAR_NOTFOUND,
					   "there is no dataset in %s",
					   store->path)
			       : hear_fail_errno(err, "look for", store->file);
	if (file.st_size == 0)
		return hear_fail(err, HEAR_DAMAGED,
				 "%s is empty: restore a backup with `hearsay "
				 "restore`",
				 store->file);
	return HEAR_OK;
}

/* The file must be as long as its newest meta page says: reading past a
 * truncated file would end in SIGBUS. */
static enum hear_code check_length(struct hear_store *store,
				   struct hear_err *err)
{
	MDB_envinfo info;
	MDB_stat pages;
	struct stat file;

	if (mdb_env_info(store->env, &info) != 0 ||
	    mdb_env_stat(store->env, &pages) != 0 ||
	    stat(store->file, &file) < 0)
		return HEAR_OK;
	if ((uint64_t)file.st_size >=
	    (uint64_t)(info.me_last_pgno + 1) * pages.ms_psize)
		return HEAR_OK;
	return hear_fail(err, HEAR_DAMAGED,
			 "%s is cut short: %lld bytes of %llu are there; "
			 "restore a backup with `hearsay restore`, then "
			 "`hearsay verify` it",
			 store->file, (long long)file.st_size,
			 (unsigned long long)(info.me_last_pgno + 1) *
				 pages.ms_psize);
}

static enum hear_code open_env(struct hear_store *store, size_t map,
			       struct hear_err *err)
{
	unsigned flags = MDB_NOTLS | (store->read_only ? MDB_RDONLY : 0);
	int dead = 0;
	int rc;

	for (;; map /= 2) {
		rc = mdb_env_create(&store->env);
		if (rc == 0)
			rc = mdb_env_set_maxdbs(store->env, HEAR_TABLE_COUNT);
		if (rc == 0)
			rc = mdb_env_set_maxreaders(store->env, MAX_READERS);
		if (rc == 0)
			rc = mdb_env_set_mapsize(store->env, map);
		if (rc == 0)
			rc = mdb_env_open(store->env, store->path, flags, 0600);
		if (rc == 0)
			break;
		mdb_env_close(store->env);
		store->env = NULL;
		/* A limit on address space: reserve less. */
		if (rc != ENOMEM || map / 2 < smallest_map)
			return fail_mdb(store, rc, "open", err);
	}
	(void)mdb_reader_check(store->env, &dead);
	return check_length(store, err);
}

/* LMDB takes a table as it is on disk, whatever it is opened as. */
static int open_table(struct hear_store *store, struct hear_txn *txn, int table,
		      bool create)
{
	unsigned kind = tables[table].numbers ? MDB_DUPSORT | MDB_DUPFIXED : 0;
	unsigned flags = 0;
	int rc = mdb_dbi_open(txn->mdb, tables[table].name,
			      (create ? MDB_CREATE : 0) | kind,
			      &store->tables[table]);

	if (rc == 0)
		rc = mdb_dbi_flags(txn->mdb, store->tables[table], &flags);
	return rc == 0 && flags != kind ? MDB_INCOMPATIBLE : rc;
}

static enum hear_code open_tables(struct hear_store *store, bool create,
				  struct hear_err *err)
{
	enum hear_code code;
	struct hear_txn *txn = NULL;
	int rc = 0;
	int i;

	code = create ? hear_txn_write(&txn, store, err)
		      : hear_txn_read(&txn, store, err);
	if (code != HEAR_OK)
		return code;
	for (i = 0; i < HEAR_TABLE_COUNT && rc == 0; i++)
		rc = open_table(store, txn, i, create);
	if (rc == 0) /* also in a read transaction: keeps the handles open */
		return hear_txn_commit(txn, err);
	hear_txn_abort(txn);
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE)
		return hear_fail(err, HEAR_FOREIGN,
				 "%s is not a Hearsay dataset of this version "
				 "(table `%s`)",
				 store->file, tables[i - 1].name);
	return fail_mdb(store, rc, "open a table", err);
}

enum hear_code hear_store_open(struct hear_store **out, const char *path,
			       bool create,
			       const struct hear_dataset_options *options,
			       struct hear_err *err)
{
	struct hear_store *store = calloc(1, sizeof *store);
	enum hear_code code;

	*out = NULL;
	if (!store)
		return hear_fail_memory(err);
	store->use_fd = -1;
	pthread_mutex_init(&store->lock, NULL);
	store->read_only = options && options->read_only;
	store->path = strdup(path);
	store->file = joined(path, "data.mdb");
	store->turn = joined(path, "turn");
	if (!store->path || !store->file || !store->turn) {
		code = hear_fail_memory(err);
		goto out;
	}
	code = create ? HEAR_OK : find_file(store, err);
	if (code == HEAR_OK)
		code = hear_use_lock(path, &store->use_fd, err);
	if (code == HEAR_OK && !store->read_only)
		code = make_turnstile(store, err);
	if (code == HEAR_OK)
		code = open_env(store,
				options && options->map_bytes
					? options->map_bytes
					: default_map,
				err);
	if (code == HEAR_OK)
		code = open_tables(store, create, err);
	if (code == HEAR_OK) {
		*out = store;
		store = NULL;
	}
out:
	hear_store_close(store);
	return code;
}

void hear_store_close(struct hear_store *store)
{
	if (!store)
		return;
	if (store->env)
		mdb_env_close(store->env);
	if (store->use_fd >= 0)
		close(store->use_fd);
	pthread_mutex_destroy(&store->lock);
	free(store->path);
	free(store->file);
	free(store->turn);
	free(store);
}

const char *hear_store_file(const struct hear_store *store)
{
	return store->file;
}

const char *hear_store_notice(const struct hear_store *store)
{
	return store->turn;
}

/* ---- Transactions ---- */

/* Whether that much more address space is to be had: LMDB gives up the old map
 * before it takes the new one, and has none at all where that fails. */
static bool space_for(size_t more)
{
	void *probe = mmap(NULL, more, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (probe == MAP_FAILED)
		return false;
	(void)munmap(probe, more);
	return true;
}

/* What the map should be: 0 where it is good as it is. */
static size_t map_wanted(const struct hear_store *store)
{
	MDB_envinfo info;
	MDB_stat stat;
	size_t used;
	size_t map;

	if (mdb_env_info(store->env, &info) != 0 ||
	    mdb_env_stat(store->env, &stat) != 0)
		return 0;
	used = (info.me_last_pgno + 1) * stat.ms_psize;
	for (map = info.me_mapsize; map < used + headroom; map *= 2)
		if (map > SIZE_MAX / 2)
			return 0;
	while (map > info.me_mapsize && !space_for(map - info.me_mapsize))
		map /= 2;
	return map > info.me_mapsize && map >= used ? map : 0;
}

/* Makes room in the map, after this or another process filled it. LMDB allows
 * that only while this process has no other transaction. False: the map is
 * gone. */
static bool grow_map(struct hear_store *store)
{
	size_t map;
	bool lost = false;

	pthread_mutex_lock(&store->lock);
	map = store->active == 1 ? map_wanted(store) : 0;
	if (map > 0)
		lost = mdb_env_set_mapsize(store->env, map) != 0;
	store->lost |= lost;
	pthread_mutex_unlock(&store->lock);
	return !lost;
}

/* Counts a transaction before it begins, so that the map stays where it is
 * from then on. The lock is not held while a writer waits for its turn:
 * readers need it. */
static enum hear_code enter(struct hear_store *store, struct hear_err *err)
{
	bool lost;

	pthread_mutex_lock(&store->lock);
	lost = store->lost;
	store->active += !lost;
	pthread_mutex_unlock(&store->lock);
	return lost ? hear_fail(err, HEAR_IO,
				"%s: it was replaced, or the address space "
				"ran out; open it again",
				store->path)
		    : HEAR_OK;
}

static void leave(struct hear_store *store)
{
	pthread_mutex_lock(&store->lock);
	store->active--;
	pthread_mutex_unlock(&store->lock);
}

static int begin_mdb(struct hear_txn *txn, unsigned flags)
{
	struct hear_store *store = txn->store;
	int rc = mdb_txn_begin(store->env, NULL, flags, &txn->mdb);

	if (rc == 0 && ((flags & MDB_RDONLY) || map_wanted(store) == 0))
		return 0;
	if (rc != 0 && rc != MDB_MAP_RESIZED)
		return rc;
	if (rc == 0)
		mdb_txn_abort(txn->mdb);
	return grow_map(store) ? mdb_txn_begin(store->env, NULL, flags,
					       &txn->mdb)
			       : ENOMEM;
}

static enum hear_code begin(struct hear_txn *txn, unsigned flags,
			    struct hear_err *err)
{
	enum hear_code code = enter(txn->store, err);
	int rc;

	if (code != HEAR_OK)
		return code;
	rc = begin_mdb(txn, flags);
	if (rc == 0)
		return HEAR_OK;
	leave(txn->store);
	return fail_mdb(txn->store, rc, "begin a transaction", err);
}

static void ended(struct hear_txn *txn)
{
	leave(txn->store);
	if (txn->turn_fd >= 0)
		close(txn->turn_fd);
	free(txn);
}

static struct hear_txn *new_txn(struct hear_store *store)
{
	struct hear_txn *txn = calloc(1, sizeof *txn);

	if (txn) {
		txn->store = store;
		txn->turn_fd = -1;
	}
	return txn;
}

enum hear_code hear_txn_read(struct hear_txn **out, struct hear_store *store,
			     struct hear_err *err)
{
	struct hear_txn *txn = new_txn(store);
	enum hear_code code;

	*out = NULL;
	if (!txn)
		return hear_fail_memory(err);
	code = begin(txn, MDB_RDONLY, err);
	if (code != HEAR_OK) {
		free(txn);
		return code;
	}
	*out = txn;
	return HEAR_OK;
}

enum hear_code hear_txn_write(struct hear_txn **out, struct hear_store *store,
			      struct hear_err *err)
{
	struct hear_txn *txn;
	enum hear_code code;
	int dead = 0;

	*out = NULL;
	if (store->read_only)
		return hear_fail(err, HEAR_DENIED,
				 "%s was opened for reading only", store->path);
	txn = new_txn(store);
	if (!txn)
		return hear_fail_memory(err);
	code = hear_turn_open(store->turn, &txn->turn_fd, err);
	if (code == HEAR_OK && !hear_turn_wait(txn->turn_fd))
		code = hear_fail_errno(err, "wait for a turn to write",
				       store->path);
	if (code == HEAR_OK) {
		/* A reader that was killed would keep all space from reuse. */
		(void)mdb_reader_check(store->env, &dead);
		code = begin(txn, 0, err);
	}
	if (txn->turn_fd >= 0)
		hear_turn_pass(txn->turn_fd);
	if (code != HEAR_OK) {
		if (txn->turn_fd >= 0)
			close(txn->turn_fd);
		free(txn);
		return code;
	}
	*out = txn;
	return HEAR_OK;
}

bool hear_txn_waited(struct hear_txn *txn)
{
	return hear_turn_waited(txn->turn_fd);
}

enum hear_code hear_txn_commit(struct hear_txn *txn, struct hear_err *err)
{
	int rc = mdb_txn_commit(txn->mdb);
	enum hear_code code =
		rc == 0 ? HEAR_OK : fail_mdb(txn->store, rc, "commit", err);

	/* Tells those who watch. LMDB's last write to the data file comes
	 * before readers can see the commit; this comes after. */
	if (code == HEAR_OK && txn->turn_fd >= 0)
		hear_turn_tell(txn->turn_fd);
	ended(txn);
	return code;
}

void hear_txn_abort(struct hear_txn *txn)
{
	if (!txn)
		return;
	mdb_txn_abort(txn->mdb);
	ended(txn);
}

/* ---- Entries ---- */

static MDB_val mdb_of(struct hear_span span)
{
	union { /* LMDB takes no const pointer and changes nothing through it */
		const void *in;
		void *out;
	} data = {span.data};
	MDB_val val = {span.size, data.out};

	return val;
}

static struct hear_span span_of(MDB_val val)
{
	return hear_span_make(val.mv_data, val.mv_size);
}

static enum hear_code answer(struct hear_txn *txn, int rc, const char *doing,
			     struct hear_err *err)
{
	return rc == 0 ? HEAR_OK : fail_mdb(txn->store, rc, doing, err);
}

enum hear_code hear_txn_get(struct hear_txn *txn, enum hear_table table,
			    struct hear_span key, struct hear_span *out,
			    struct hear_err *err)
{
	MDB_val mdb_key = mdb_of(key);
	MDB_val value = {0, NULL};
	int rc = mdb_get(txn->mdb, txn->store->tables[table], &mdb_key, &value);

	*out = span_of(value);
	return answer(txn, rc, "read", err);
}

/* The cursor for updates of a table: reusing one saves the walk from the root
 * where keys come in order. */
static int update_cursor(struct hear_txn *txn, enum hear_table table)
{
	if (txn->cursors[table])
		return 0;
	return mdb_cursor_open(txn->mdb, txn->store->tables[table],
			       &txn->cursors[table]);
}

static enum hear_code put(struct hear_txn *txn, enum hear_table table,
			  struct hear_span key, struct hear_span value,
			  unsigned flags, struct hear_err *err)
{
	MDB_val mdb_key = mdb_of(key);
	MDB_val mdb_value = mdb_of(value);
	int rc = update_cursor(txn, table);

	if (rc == 0)
		rc = mdb_cursor_put(txn->cursors[table], &mdb_key, &mdb_value,
				    flags);
	return answer(txn, rc, "write", err);
}

enum hear_code hear_txn_put(struct hear_txn *txn, enum hear_table table,
			    struct hear_span key, struct hear_span value,
			    struct hear_err *err)
{
	return put(txn, table, key, value, 0, err);
}

enum hear_code hear_txn_append(struct hear_txn *txn, enum hear_table table,
			       struct hear_span key, struct hear_span value,
			       struct hear_err *err)
{
	return put(txn, table, key, value, MDB_APPEND, err);
}

enum hear_code hear_txn_number(struct hear_txn *txn, enum hear_table table,
			       struct hear_span key, uint64_t number,
			       struct hear_err *err)
{
	unsigned char bytes[8];
	MDB_val mdb_key = mdb_of(key);
	MDB_val value = {sizeof bytes, bytes};
	int rc = update_cursor(txn, table);

	hear_put64(bytes, number);
	if (rc == 0)
		rc = mdb_cursor_put(txn->cursors[table], &mdb_key, &value,
				    MDB_APPENDDUP);
	if (rc == MDB_KEYEXIST) {
		rc = mdb_cursor_put(txn->cursors[table], &mdb_key, &value,
				    MDB_NODUPDATA);
		if (rc == MDB_KEYEXIST)
			rc = 0;
	}
	return answer(txn, rc, "write", err);
}

enum hear_code hear_txn_delete(struct hear_txn *txn, enum hear_table table,
			       struct hear_span key, struct hear_err *err)
{
	MDB_val mdb_key = mdb_of(key);
	int rc = mdb_del(txn->mdb, txn->store->tables[table], &mdb_key, NULL);

	return answer(txn, rc, "delete", err);
}

enum hear_code hear_txn_unnumber(struct hear_txn *txn, enum hear_table table,
				 struct hear_span key, uint64_t number,
				 struct hear_err *err)
{
	MDB_val mdb_key = mdb_of(key);
	unsigned char bytes[8];
	MDB_val value = {sizeof bytes, bytes};
	int rc;

	hear_put64(bytes, number);
	rc = mdb_del(txn->mdb, txn->store->tables[table], &mdb_key, &value);
	return answer(txn, rc, "delete", err);
}

enum hear_code hear_txn_clear(struct hear_txn *txn, enum hear_table table,
			      struct hear_err *err)
{
	if (txn->cursors[table]) {
		mdb_cursor_close(txn->cursors[table]);
		txn->cursors[table] = NULL;
	}
	return answer(txn, mdb_drop(txn->mdb, txn->store->tables[table], 0),
		      "empty a table", err);
}

uint64_t hear_txn_entries(struct hear_txn *txn, enum hear_table table)
{
	MDB_stat stat = {0};

	(void)mdb_stat(txn->mdb, txn->store->tables[table], &stat);
	return stat.ms_entries;
}

struct hear_pages hear_txn_pages(struct hear_txn *txn, enum hear_table table)
{
	struct hear_pages pages;
	MDB_stat stat = {0};

	(void)mdb_stat(txn->mdb, txn->store->tables[table], &stat);
	pages.depth = stat.ms_depth;
	pages.branch = stat.ms_branch_pages;
	pages.leaf = stat.ms_leaf_pages;
	return pages;
}

enum hear_code hear_txn_last(struct hear_txn *txn, enum hear_table table,
			     uint64_t *out, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, txn, table, err);

	*out = 0;
	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_LAST, &key, NULL, err);
	if (code == HEAR_OK && key.size == 8)
		*out = hear_get64(key.data);
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Cursors ---- */

enum hear_code hear_cursor_open(struct hear_cursor **out, struct hear_txn *txn,
				enum hear_table table, struct hear_err *err)
{
	struct hear_cursor *cursor = malloc(sizeof *cursor);
	int rc;

	*out = NULL;
	if (!cursor)
		return hear_fail_memory(err);
	rc = mdb_cursor_open(txn->mdb, txn->store->tables[table], &cursor->mdb);
	if (rc != 0) {
		free(cursor);
		return fail_mdb(txn->store, rc, "open a cursor", err);
	}
	cursor->txn = txn;
	*out = cursor;
	return HEAR_OK;
}

void hear_cursor_close(struct hear_cursor *cursor)
{
	if (!cursor)
		return;
	mdb_cursor_close(cursor->mdb);
	free(cursor);
}

static MDB_cursor_op operation(enum hear_move move)
{
	switch (move) {
	case HEAR_FIRST:
		return MDB_FIRST;
	case HEAR_NEXT:
		return MDB_NEXT;
	case HEAR_NEXT_KEY:
		return MDB_NEXT_NODUP;
	case HEAR_PREVIOUS_KEY:
		return MDB_PREV_NODUP;
	case HEAR_LAST:
		return MDB_LAST;
	}
	return MDB_FIRST;
}

static enum hear_code moved(struct hear_cursor *cursor, int rc, MDB_val at,
			    MDB_val stored, struct hear_span *key,
			    struct hear_span *value, struct hear_err *err)
{
	if (rc != 0)
		return fail_mdb(cursor->txn->store, rc, "read", err);
	if (key)
		*key = span_of(at);
	if (value)
		*value = span_of(stored);
	return HEAR_OK;
}

enum hear_code hear_cursor_move(struct hear_cursor *cursor, enum hear_move move,
				struct hear_span *key, struct hear_span *value,
				struct hear_err *err)
{
	MDB_val at = {0, NULL};
	MDB_val stored = {0, NULL};
	int rc = mdb_cursor_get(cursor->mdb, &at, &stored, operation(move));

	return moved(cursor, rc, at, stored, key, value, err);
}

enum hear_code hear_cursor_seek(struct hear_cursor *cursor,
				struct hear_span from, struct hear_span *key,
				struct hear_span *value, struct hear_err *err)
{
	MDB_val at = mdb_of(from);
	MDB_val stored = {0, NULL};
	int rc = mdb_cursor_get(cursor->mdb, &at, &stored,
				from.size ? MDB_SET_RANGE : MDB_FIRST);

	return moved(cursor, rc, at, stored, key, value, err);
}

enum hear_code hear_cursor_number(struct hear_cursor *cursor,
				  struct hear_span key, uint64_t number,
				  uint64_t *out, struct hear_err *err)
{
	unsigned char bytes[8];
	MDB_val at = mdb_of(key);
	MDB_val stored = {sizeof bytes, bytes};
	int rc;

	hear_put64(bytes, number);
	rc = mdb_cursor_get(cursor->mdb, &at, &stored, MDB_GET_BOTH_RANGE);
	if (rc == 0 && stored.mv_size == 8)
		*out = hear_get64(stored.mv_data);
	return answer(cursor->txn, rc, "read", err);
}

/* ---- The whole file ---- */

/* The free list: LMDB's table 0 holds, for each transaction that freed pages,
 * their count and numbers. */
static uint64_t free_pages(struct hear_txn *txn)
{
	MDB_cursor *cursor = NULL;
	MDB_val key;
	MDB_val pages;
	uint64_t count = 0;
	size_t some;

	if (mdb_cursor_open(txn->mdb, 0, &cursor) != 0)
		return 0;
	while (mdb_cursor_get(cursor, &key, &pages, MDB_NEXT) == 0)
		if (pages.mv_size >= sizeof some) {
			memcpy(&some, pages.mv_data, sizeof some);
			count += some;
		}
	mdb_cursor_close(cursor);
	return count;
}

void hear_store_bytes(struct hear_txn *txn, uint64_t *all, uint64_t *unused)
{
	MDB_envinfo info = {0};
	MDB_stat stat = {0};

	(void)mdb_env_info(txn->store->env, &info);
	(void)mdb_env_stat(txn->store->env, &stat);
	*all = (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize;
	*unused = free_pages(txn) * stat.ms_psize;
}

/* The copy has a transaction of its own; ours keeps the map in its place. */
enum hear_code hear_store_copy(struct hear_store *store, int fd,
			       struct hear_err *err)
{
	struct hear_txn *txn = NULL;
	enum hear_code code = hear_txn_read(&txn, store, err);
	int rc;

	if (code != HEAR_OK)
		return code;
	rc = mdb_env_copyfd2(store->env, fd, MDB_CP_COMPACT);
	hear_txn_abort(txn);
	if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG)
		return hear_fail(err, HEAR_FULL,
				 "copy %s: the disk is full; free some space "
				 "and try again",
				 store->file);
	return rc == 0 ? HEAR_OK : fail_mdb(store, rc, "copy", err);
}
