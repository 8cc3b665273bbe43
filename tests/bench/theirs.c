/* SPDX-License-Identifier: ISC */
#include "tests/bench/theirs.h"
#include "tests/bench/rows.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRANSACTION_RECORDS = 12000 };

static const char schema[] =
	"CREATE TABLE claim(number INTEGER PRIMARY KEY, id BLOB NOT NULL,"
	" kind TEXT, text TEXT, quote TEXT, lang TEXT, subject TEXT,"
	" predicate TEXT, \"of\" TEXT, place TEXT, op TEXT, lo TEXT, hi TEXT,"
	" unit TEXT, event TEXT, since TEXT, until TEXT, said TEXT,"
	" stance TEXT, re TEXT, hedge TEXT, chain TEXT, origin TEXT,"
	" document TEXT, locator TEXT, tags TEXT, more TEXT);"
	"CREATE UNIQUE INDEX claim_id ON claim(id);"
	"CREATE INDEX claim_kind ON claim(kind);"
	"CREATE INDEX claim_subject ON claim(subject);"
	"CREATE INDEX claim_predicate ON claim(predicate);"
	"CREATE INDEX claim_of ON claim(\"of\");"
	"CREATE INDEX claim_origin ON claim(origin);"
	"CREATE INDEX claim_document ON claim(document);"
	"CREATE INDEX claim_said ON claim(said);"
	"CREATE INDEX claim_event ON claim(event);"
	"CREATE INDEX claim_place ON claim(place);"
	"CREATE INDEX claim_unit ON claim(unit);"
	"CREATE INDEX claim_lang ON claim(lang);"
	"CREATE INDEX claim_stance ON claim(stance);"
	"CREATE TABLE source(name TEXT, claim INTEGER,"
	" PRIMARY KEY(name, claim)) WITHOUT ROWID;"
	"CREATE TABLE tag(name TEXT, claim INTEGER,"
	" PRIMARY KEY(name, claim)) WITHOUT ROWID;"
	"CREATE VIRTUAL TABLE words USING fts5(text, quote,"
	" content='claim', content_rowid='number');";

static const char insert_claim[] =
	"INSERT INTO claim VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	"?,?,?,?,?) ON CONFLICT(id) DO NOTHING";
static const char insert_source[] = "INSERT OR IGNORE INTO source VALUES(?,?)";
static const char insert_tag[] = "INSERT OR IGNORE INTO tag VALUES(?,?)";
static const char insert_words[] =
	"INSERT INTO words(rowid, text, quote) VALUES(?,?,?)";

struct import {
	sqlite3 *db;
	sqlite3_stmt *claim;
	sqlite3_stmt *source;
	sqlite3_stmt *tag;
	sqlite3_stmt *words;
	sqlite3_int64 count;
};

void theirs_need(sqlite3 *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		rows_stop("SQLite: %s", sqlite3_errmsg(db));
}

static void run(sqlite3 *db, const char *sql)
{
	theirs_need(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *out = NULL;

	theirs_need(db, sqlite3_prepare_v3(db, sql, -1,
					   SQLITE_PREPARE_PERSISTENT, &out,
					   NULL));
	return out;
}

sqlite3 *theirs_open(const char *path)
{
	sqlite3 *db = NULL;

	theirs_need(db, sqlite3_open(path, &db));
	run(db, "PRAGMA cache_size=-48000; PRAGMA temp_store=MEMORY;");
	return db;
}

/* ---- Import ---- */

static void step(struct import *import, sqlite3_stmt *statement)
{
	theirs_need(import->db, sqlite3_step(statement));
	sqlite3_reset(statement);
}

/* Text is good until the statement is reset. */
static void bind(sqlite3_stmt *statement, int at, const json_t *value)
{
	if (json_is_string(value))
		sqlite3_bind_text(statement, at, json_string_value(value),
				  (int)json_string_length(value),
				  SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

static void bind_json(sqlite3_stmt *statement, int at, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

	if (text)
		sqlite3_bind_text(statement, at, text, -1, free);
	else
		sqlite3_bind_null(statement, at);
}

/* Columns 2 to the last, in the order of the table. */
static void bind_claim(struct import *import, const json_t *claim,
		       const json_t *origin, const unsigned char id[32])
{
	static const char *const plain[] = {"kind", "text", "quote", "lang",
					    "subject", "predicate"};
	static const char *const dates[] = {"event", "since", "until", "said"};
	static const char *const parts[] = {"op", "lo", "hi", "unit"};
	const json_t *value = json_object_get(claim, "value");
	const json_t *stance = json_object_get(claim, "stance");
	sqlite3_stmt *to = import->claim;
	int at = 1;
	int i;

	sqlite3_bind_int64(to, at++, import->count + 1);
	sqlite3_bind_blob(to, at++, id, 32, SQLITE_STATIC);
	for (i = 0; i < 6; i++)
		bind(to, at++, json_object_get(claim, plain[i]));
	bind(to, at++, json_array_get(json_object_get(claim, "of"), 0));
	bind(to, at++,
	     json_object_get(json_object_get(claim, "place"), "name"));
	for (i = 0; i < 4; i++)
		bind(to, at++, json_object_get(value, parts[i]));
	for (i = 0; i < 4; i++)
		bind(to, at++, json_object_get(claim, dates[i]));
	bind(to, at, stance);
	if (!stance)
		sqlite3_bind_text(to, at, "asserts", 7, SQLITE_STATIC);
	bind(to, ++at, json_object_get(claim, "re"));
	bind(to, ++at, json_object_get(claim, "hedge"));
	bind_json(to, ++at, json_object_get(claim, "chain"));
	bind(to, ++at, origin);
	bind(to, ++at, json_object_get(claim, "document"));
	bind(to, ++at, json_object_get(claim, "locator"));
	bind_json(to, ++at, json_object_get(claim, "tags"));
	bind_json(to, ++at, json_object_get(claim, "more"));
}

static void put_pair(struct import *import, sqlite3_stmt *statement,
		     const json_t *name)
{
	bind(statement, 1, name);
	sqlite3_bind_int64(statement, 2, import->count);
	step(import, statement);
}

static void put_sides(struct import *import, const json_t *claim)
{
	json_t *chain = json_object_get(claim, "chain");
	json_t *tags = json_object_get(claim, "tags");
	json_t *item;
	json_t *who;
	size_t i;
	size_t j;

	json_array_foreach(chain, i, item)
		json_array_foreach(json_object_get(item, "who"), j, who)
			put_pair(import, import->source, who);
	json_array_foreach(tags, i, item)
		put_pair(import, import->tag, item);
	sqlite3_bind_int64(import->words, 1, import->count);
	bind(import->words, 2, json_object_get(claim, "text"));
	bind(import->words, 3, json_object_get(claim, "quote"));
	step(import, import->words);
}

static void add_line(struct import *import, const char *line, size_t size)
{
	json_error_t wrong;
	json_t *claim = json_loadb(line, size, JSON_REJECT_DUPLICATES, &wrong);
	const json_t *chain = json_object_get(claim, "chain");
	const json_t *origin = json_array_get(
		json_object_get(json_array_get(chain,
					       json_array_size(chain) - 1),
				"who"),
		0);
	unsigned char id[32];

	if (!claim)
		rows_stop("not JSON: %s", wrong.text);
	crypto_generichash(id, sizeof id, (const unsigned char *)line, size,
			   NULL, 0);
	bind_claim(import, claim, origin, id);
	step(import, import->claim);
	if (sqlite3_changes(import->db) > 0) {
		import->count++;
		put_sides(import, claim);
	}
	json_decref(claim);
}

static void read_lines(struct import *import, const char *file)
{
	FILE *from = fopen(file, "r");
	char *line = NULL;
	size_t room = 0;
	uint64_t read = 0;
	ssize_t size;

	if (!from)
		rows_stop("%s cannot be read", file);
	run(import->db, "BEGIN IMMEDIATE");
	while ((size = getline(&line, &room, from)) > 0) {
		add_line(import, line, (size_t)size - 1);
		if (++read % TRANSACTION_RECORDS == 0)
			run(import->db, "COMMIT; BEGIN IMMEDIATE");
	}
	run(import->db, "COMMIT");
	free(line);
	fclose(from);
}

static void remove_database(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	char name[512];
	size_t i;

	for (i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
	}
}

uint64_t theirs_import(const char *path, const char *file, bool wal)
{
	struct import import = {0};

	if (sodium_init() < 0)
		rows_stop("this machine gives no random numbers");
	remove_database(path);
	import.db = theirs_open(path);
	run(import.db, wal ? "PRAGMA journal_mode=WAL"
			   : "PRAGMA journal_mode=TRUNCATE");
	/* Moving the log every 4 MB, as it would, costs it an eighth. */
	run(import.db, "PRAGMA synchronous=FULL; "
		       "PRAGMA wal_autocheckpoint=20000");
	run(import.db, schema);
	import.claim = prepare(import.db, insert_claim);
	import.source = prepare(import.db, insert_source);
	import.tag = prepare(import.db, insert_tag);
	import.words = prepare(import.db, insert_words);
	read_lines(&import, file);
	sqlite3_finalize(import.claim);
	sqlite3_finalize(import.source);
	sqlite3_finalize(import.tag);
	sqlite3_finalize(import.words);
	/* The last connection to close moves the log into the database. */
	theirs_need(import.db, sqlite3_close(import.db));
	return (uint64_t)import.count;
}

/* ---- Reading ---- */

uint64_t theirs_bytes(const char *path)
{
	return rows_file_bytes(path);
}

uint64_t theirs_compact_bytes(const char *path)
{
	sqlite3 *db = theirs_open(path);
	char copy[512];
	char sql[600];
	uint64_t bytes;

	(void)snprintf(copy, sizeof copy, "%s-compact", path);
	(void)unlink(copy);
	(void)snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy);
	run(db, sql);
	sqlite3_close(db);
	bytes = rows_file_bytes(copy);
	(void)unlink(copy);
	return bytes;
}

sqlite3_stmt *theirs_lookup(sqlite3 *db)
{
	return prepare(db, "SELECT * FROM claim WHERE id = ?");
}
