/* SPDX-License-Identifier: ISC */
/*~ import_lines.c - pass one over JSON Lines.
 *
 * Reading a line and making its records needs nothing but the line, so several
 * threads do it: this thread reads lines into chunks, workers make the chunks
 * ready in any order, and this thread takes what they made in the order of the
 * lines. Chunks stand in a ring:
 *
 *	taken ...  [ready][ready][in work][ready][filled]  ... next to fill
 *
 * A chunk belongs to this thread but while it is FILLED (whoever is free takes
 * it) and in work. Memory is that of the ring: MOST_TEXT bytes of lines a
 * chunk, and what is made of them.
 */
#include "tools/import.h"
#include "tools/json.h"
#include "tools/lines.h"

#include "core/bytes.h"
#include "core/error.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CHUNKS = 12,
	CHUNK_LINES = 64,
	MOST_TEXT = 64 * 1024, /* a longer line has its chunk to itself */
	MOST_WORKERS = 4,
};

enum state { EMPTY, FILLED, IN_WORK, READY };

struct ready_line {
	uint64_t number;
	uint64_t position; /* of the input, after it */
	size_t end;	   /* in the chunk's text */
	enum hear_code code;
	struct hear_err *err; /* where code is a failure; in the arena */
	struct import_part part;
};

struct chunk {
	enum state state;
	struct hear_arena *arena;
	struct hear_buffer text;
	struct ready_line lines[CHUNK_LINES];
	size_t count;
};

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t filled; /* for workers: there is work, or the end */
	pthread_cond_t ready;  /* for the one who takes */
	struct chunk chunks[CHUNKS];
	uint64_t next_filled; /* chunks filled so far */
	uint64_t next_worked; /* and given to a worker */
	uint64_t next_taken;
	bool ended;
	pthread_t workers[MOST_WORKERS];
	size_t workers_count;
};

/* ---- Workers ---- */

static enum hear_code make_line(struct chunk *chunk, struct hear_span text,
				struct import_part *out, struct hear_err *err)
{
	struct hear_value *tree;
	enum hear_code code = json_read(chunk->arena, text, &tree, err);

	if (code == HEAR_OK)
		return import_make(chunk->arena, tree, out, err);
	if (err->line > 0)
		hear_err_prefix(err, "column %u: ", (unsigned)err->column);
	return code;
}

static void make_chunk(struct chunk *chunk)
{
	struct hear_err err;
	size_t begin = 0;
	size_t i;

	for (i = 0; i < chunk->count; i++) {
		struct ready_line *line = &chunk->lines[i];
		struct hear_span text = hear_span_make(
			chunk->text.data + begin, line->end - begin);

		begin = line->end;
		line->code = make_line(chunk, text, &line->part, &err);
		if (line->code == HEAR_OK)
			continue;
		line->err = hear_arena_alloc(chunk->arena, sizeof err);
		if (line->err)
			*line->err = err;
		else
			line->code = HEAR_MEMORY;
	}
}

static void *work(void *context)
{
	struct ring *ring = context;
	struct chunk *chunk;

	pthread_mutex_lock(&ring->lock);
	for (;;) {
		while (ring->next_worked == ring->next_filled && !ring->ended)
			pthread_cond_wait(&ring->filled, &ring->lock);
		if (ring->next_worked == ring->next_filled)
			break;
		chunk = &ring->chunks[ring->next_worked++ % CHUNKS];
		chunk->state = IN_WORK;
		pthread_mutex_unlock(&ring->lock);
		make_chunk(chunk);
		pthread_mutex_lock(&ring->lock);
		chunk->state = READY;
		pthread_cond_signal(&ring->ready);
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static enum hear_code ring_begin(struct ring *ring, struct hear_err *err)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 2 ? 1
			: processors > MOST_WORKERS ? MOST_WORKERS
						    : (size_t)processors;
	size_t i;

	memset(ring, 0, sizeof *ring);
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->filled, NULL);
	pthread_cond_init(&ring->ready, NULL);
	for (i = 0; i < CHUNKS; i++)
		if (!(ring->chunks[i].arena = hear_arena_new()))
			return hear_fail_memory(err);
	while (ring->workers_count < wanted &&
	       pthread_create(&ring->workers[ring->workers_count], NULL, work,
			      ring) == 0)
		ring->workers_count++;
	return ring->workers_count > 0
		       ? HEAR_OK
		       : hear_fail(err, HEAR_MEMORY,
				   "this machine lets no thread be started");
}

static void ring_end(struct ring *ring)
{
	size_t i;

	pthread_mutex_lock(&ring->lock);
	ring->ended = true;
	pthread_cond_broadcast(&ring->filled);
	pthread_mutex_unlock(&ring->lock);
	for (i = 0; i < ring->workers_count; i++)
		(void)pthread_join(ring->workers[i], NULL);
	for (i = 0; i < CHUNKS; i++) {
		hear_arena_free(ring->chunks[i].arena);
		hear_buffer_done(&ring->chunks[i].text);
	}
	pthread_cond_destroy(&ring->filled);
	pthread_cond_destroy(&ring->ready);
	pthread_mutex_destroy(&ring->lock);
}

/* ---- Taking ---- */

static enum hear_code take_line(struct import *import,
				const struct ready_line *line,
				struct hear_err *err)
{
	enum hear_code code = line->code;

	if (code == HEAR_OK)
		code = import_take(import, &line->part, 1, 0, line->number,
				   err);
	else if (line->err)
		*err = *line->err;
	else
		code = hear_fail_memory(err);
	code = import_forgive(import, code, line->number, err);
	progress_update(&import->progress, line->position, line->number);
	return code;
}

/* Waits for the oldest chunk and takes it. */
static enum hear_code take_chunk(struct ring *ring, struct import *import,
				 struct hear_err *err)
{
	struct chunk *chunk = &ring->chunks[ring->next_taken++ % CHUNKS];
	enum hear_code code = HEAR_OK;
	size_t i;

	pthread_mutex_lock(&ring->lock);
	while (chunk->state != READY)
		pthread_cond_wait(&ring->ready, &ring->lock);
	chunk->state = EMPTY;
	pthread_mutex_unlock(&ring->lock);
	for (i = 0; i < chunk->count && code == HEAR_OK; i++)
		code = take_line(import, &chunk->lines[i], err);
	return code;
}

static enum hear_code take_rest(struct ring *ring, struct import *import,
				struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	while (ring->next_taken < ring->next_filled && code == HEAR_OK)
		code = take_chunk(ring, import, err);
	return code;
}

/* ---- Filling ---- */

/* The chunk to fill next; the oldest is taken first where all are in use. */
static enum hear_code empty_chunk(struct ring *ring, struct import *import,
				  struct chunk **out, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	*out = &ring->chunks[ring->next_filled % CHUNKS];
	if (ring->next_filled - ring->next_taken == CHUNKS)
		code = take_chunk(ring, import, err);
	hear_arena_reset((*out)->arena);
	hear_buffer_reset(&(*out)->text);
	(*out)->count = 0;
	return code;
}

static void give_to_workers(struct ring *ring, struct chunk *chunk)
{
	pthread_mutex_lock(&ring->lock);
	chunk->state = FILLED;
	ring->next_filled++;
	pthread_cond_signal(&ring->filled);
	pthread_mutex_unlock(&ring->lock);
}

/* A line that cannot be read is bad, and those after it may be good; where it
 * has no place, or the same again, the whole of it is no text. */
static enum hear_code skip_line(struct import *import, uint64_t *last,
				enum hear_code code, struct hear_err *err)
{
	if (err->line == 0 || err->line == *last)
		return code;
	*last = err->line;
	return import_forgive(import, code, err->line, err);
}

static enum hear_code fill(struct ring *ring, struct import *import,
			   struct lines *lines, struct chunk *chunk,
			   uint64_t *last, struct hear_err *err)
{
	struct line line = {0};
	enum hear_code code;

	while (chunk->count < CHUNK_LINES && chunk->text.size < MOST_TEXT) {
		code = lines_next(lines, &line, err);
		if (code == HEAR_OK &&
		    import_beyond(import, lines_position(lines)))
			return HEAR_NOTFOUND;
		if (code == HEAR_OK && !line.blank) {
			struct ready_line *to = &chunk->lines[chunk->count++];

			hear_buffer_span(&chunk->text, line.text);
			to->end = chunk->text.size;
			to->number = line.number;
			to->position = lines_position(lines);
			to->err = NULL;
		}
		if (code == HEAR_NOTFOUND || chunk->text.failed)
			return chunk->text.failed ? hear_fail_memory(err)
						  : code;
		if (code != HEAR_OK) {
			/* Bad lines are told of in the order they stand in. */
			struct hear_err own = *err;
			enum hear_code before;

			give_to_workers(ring, chunk);
			before = take_rest(ring, import, err);
			if (before != HEAR_OK)
				return before;
			*err = own;
			code = skip_line(import, last, code, err);
			if (code == HEAR_OK)
				code = empty_chunk(ring, import, &chunk, err);
			if (code != HEAR_OK)
				return code;
		}
	}
	give_to_workers(ring, chunk);
	return HEAR_OK;
}

static enum hear_code read_lines(struct ring *ring, struct import *import,
				 struct lines *lines, struct hear_err *err)
{
	uint64_t last = UINT64_MAX;
	struct chunk *chunk;
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK) {
		code = empty_chunk(ring, import, &chunk, err);
		if (code == HEAR_OK)
			code = fill(ring, import, lines, chunk, &last, err);
	}
	if (code != HEAR_NOTFOUND)
		return code;
	/* What was filled last, before the end was met. */
	give_to_workers(ring, &ring->chunks[ring->next_filled % CHUNKS]);
	return take_rest(ring, import, err);
}

enum hear_code import_lines(struct import *import, struct hear_err *err)
{
	const struct input *input = &import->inputs[import->input];
	struct lines *lines = NULL;
	struct ring *ring = calloc(1, sizeof *ring);
	enum hear_code code;

	if (!ring)
		return hear_fail_memory(err);
	code = ring_begin(ring, err);
	if (code == HEAR_OK)
		code = lines_open(&lines, input->fd, input->name, err);
	if (code == HEAR_OK)
		code = read_lines(ring, import, lines, err);
	lines_close(lines);
	ring_end(ring);
	free(ring);
	return code;
}
