/* SPDX-License-Identifier: ISC */
/* Import into a large dataset, the one bench_find made: a copy of it takes in
 * claims of which it holds none. Memory is to be bounded however large it is. */
#include "tests/bench/claims.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLAIMS = 1000000, MORE = 20000, MOST_BYTES = 64000000 };

int main(void)
{
	const char *in = rows_directory();
	uint64_t count = rows_claims(CLAIMS);
	char *arguments[] = {getenv("HEARSAY"), "import", "--format", "jsonl",
			     NULL, NULL};
	struct rows_cost cost;
	char claims[256];
	char home[256];
	char copy[256];
	char more[256];

	(void)snprintf(claims, sizeof claims, "%s/claims-%llu.jsonl", in,
		       (unsigned long long)count);
	(void)snprintf(home, sizeof home, "%s/home-%llu", in,
		       (unsigned long long)count);
	(void)snprintf(more, sizeof more, "%s/claims-%llu-more.jsonl", in,
		       (unsigned long long)count);
	(void)snprintf(copy, sizeof copy, "%s/home-large", in);
	arguments[4] = more;
	if (!arguments[0]) {
		rows_skip("import into a large dataset", "not built yet");
		return 0;
	}
	claims_write(claims, count);
	claims_write_more(more, count, MORE);
	ours_keep(home, claims);
	ours_copy(home, copy);
	setenv("HEARSAY_HOME", copy, 1);
	rows_note("importing %d claims into %llu", MORE,
		  (unsigned long long)count);
	if (!rows_run(&cost, arguments, true))
		rows_stop("the import failed");
	rows_tell("import into such a dataset", MORE / cost.seconds, -1,
		  "claims/s", 0);
	rows_print("  its private memory",
		   (double)cost.private_bytes / 1000000, -1, "MB", 0,
		   "at most 64", cost.private_bytes <= MOST_BYTES);
	rows_remove(copy);
	return 0;
}
