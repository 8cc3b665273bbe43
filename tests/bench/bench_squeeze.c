/* SPDX-License-Identifier: ISC */
/* How small filings are on their way: claims filed 512 at a time, and each
 * alone, against the JSON Lines they were read from. */
#include "core/filing.h"
#include "core/sign.h"
#include "sync/squeeze.h"
#include "tests/bench/claims.h"
#include "tests/bench/rows.h"
#include "tools/json.h"
#include "tools/lines.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLAIMS = 20480 };

struct bench {
	char file[256];
	struct hear_signing_key secret;
	struct hear_key author;
	struct hear_squeezer *squeezer;
	struct hear_arena *line;
	struct hear_arena *filing;
	struct hear_sealed sealed;
	size_t bytes; /* of its bodies */
	/* Totals. */
	size_t at_a_time;
	uint64_t raw;
	uint64_t squeezed;
	double squeezing;
	double unsqueezing;
};

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

static void squeeze(struct bench *bench, struct hear_span packed)
{
	struct hear_buffer small = {.size = 0};
	struct hear_buffer again = {.size = 0};
	struct hear_err err;
	double begun = rows_clock();
	double done;

	need(hear_squeeze(bench->squeezer, packed, &small, &err), &err);
	done = rows_clock();
	need(hear_unsqueeze(bench->squeezer, hear_buffer_view(&small),
			    HEAR_PACKED_BYTES, &again, &err),
	     &err);
	bench->unsqueezing += rows_clock() - done;
	bench->squeezing += done - begun;
	if (!hear_span_equal(packed, hear_buffer_view(&again)))
		rows_stop("what was squeezed does not come out the same");
	bench->raw += packed.size;
	bench->squeezed += small.size;
	hear_buffer_done(&small);
	hear_buffer_done(&again);
}

/* Signs what was gathered, as a filing after one of the same author. */
static void file(struct bench *bench)
{
	struct hear_sealed *sealed = &bench->sealed;
	struct hear_buffer packed = {.size = 0};
	struct hear_err err;

	if (sealed->count == 0)
		return;
	hear_partition_of(HEAR_GREEN, &sealed->header);
	hear_random(sealed->header.dataset.bytes, 32);
	sealed->header.author = bench->author;
	sealed->header.time = (uint64_t)1736776800000 << 16;
	sealed->header.prev_count = 1;
	hear_random(sealed->header.prev[0].bytes, 32);
	need(hear_filing_seal(bench->filing, &bench->secret, sealed, &err),
	     &err);
	need(hear_sealed_pack(bench->filing, sealed, &packed, &err), &err);
	squeeze(bench, hear_buffer_view(&packed));
	hear_buffer_done(&packed);
	hear_arena_reset(bench->filing);
	memset(sealed, 0, sizeof *sealed);
	bench->bytes = 0;
}

static void add(struct bench *bench, struct hear_span text)
{
	struct hear_value *written = NULL;
	struct hear_value *records = NULL;
	struct hear_record record;
	struct hear_err err;

	hear_arena_reset(bench->line);
	need(json_read(bench->line, text, &written, &err), &err);
	need(hear_compose(bench->line, written, &records, &err), &err);
	need(hear_record_make(bench->filing, hear_item_of(records, 0), &record,
			      &err),
	     &err);
	bench->sealed.bodies[bench->sealed.count++] = record.body;
	bench->bytes += record.body.size;
	if (bench->sealed.count == bench->at_a_time ||
	    bench->bytes + HEAR_RECORD_BYTES > HEAR_FILING_BYTES)
		file(bench);
}

static void file_all(struct bench *bench, size_t at_a_time)
{
	struct lines *lines = NULL;
	struct hear_err err;
	struct line line;
	enum hear_code code;
	int fd = open(bench->file, O_RDONLY | O_CLOEXEC);

	bench->at_a_time = at_a_time;
	bench->raw = bench->squeezed = 0;
	bench->squeezing = bench->unsqueezing = 0;
	need(lines_open(&lines, fd, bench->file, &err), &err);
	while ((code = lines_next(lines, &line, &err)) == HEAR_OK)
		add(bench, line.text);
	if (code != HEAR_NOTFOUND)
		need(code, &err);
	file(bench);
	lines_close(lines);
	close(fd);
}

static void tell(const struct bench *bench, const char *what, double most)
{
	double written = (double)rows_file_bytes(bench->file);
	double percent = (double)bench->squeezed * 100 / written;
	char target[40];

	(void)snprintf(target, sizeof target, "at most %.0f", most);
	if (most > 0)
		rows_print(what, percent, (double)bench->raw * 100 / written,
			   "%", (double)bench->raw / (double)bench->squeezed,
			   target, percent <= most);
	else
		rows_tell(what, percent, (double)bench->raw * 100 / written,
			  "%", (double)bench->raw / (double)bench->squeezed);
	rows_note("%s: %.0f MB/s smaller, %.0f MB/s larger", what,
		  (double)bench->raw / bench->squeezing / 1e6,
		  (double)bench->raw / bench->unsqueezing / 1e6);
}

int main(void)
{
	struct bench *bench = calloc(1, sizeof *bench);
	struct hear_err err;

	if (!bench)
		rows_stop("out of memory");
	(void)snprintf(bench->file, sizeof bench->file, "%s/squeeze.jsonl",
		       rows_directory());
	claims_write(bench->file, CLAIMS);
	need(hear_sign_ready(&err), &err);
	hear_sign_keypair(&bench->author, &bench->secret);
	need(hear_squeezer_new(&bench->squeezer, &err), &err);
	bench->line = hear_arena_new();
	bench->filing = hear_arena_new();
	if (!bench->line || !bench->filing)
		rows_stop("out of memory");
	file_all(bench, HEAR_FILING_RECORDS);
	tell(bench, "claims in bulk, of their JSON", 45);
	file_all(bench, 1);
	tell(bench, "claims filed alone, of their JSON", 0);
	hear_squeezer_free(bench->squeezer);
	hear_arena_free(bench->line);
	hear_arena_free(bench->filing);
	free(bench);
	return 0;
}
