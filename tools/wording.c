/* SPDX-License-Identifier: ISC */
#include "tools/wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void wording_number(struct hear_buffer *out, uint64_t number)
{
	char digits[24];
	int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
	int i;

	for (i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			hear_buffer_byte(out, ',');
		hear_buffer_byte(out, digits[i]);
	}
}

void wording_count(struct hear_buffer *out, uint64_t number, const char *one,
		 const char *many)
{
	wording_number(out, number);
	hear_buffer_byte(out, ' ');
	hear_buffer_text(out, number == 1 || !many ? one : many);
	if (number != 1 && !many)
		hear_buffer_byte(out, 's');
}

void wording_duration(struct hear_buffer *out, int64_t ms)
{
	int64_t tenths = ms > 0 ? ms / 100 : 0;
	int64_t seconds = tenths / 10;
	int64_t days = seconds / 86400;

	if (seconds < 10)
		hear_buffer_print(out, "%d.%d s", (int)seconds,
				  (int)(tenths % 10));
	else if (seconds < 60)
		hear_buffer_print(out, "%d s", (int)seconds);
	else if (seconds < 3600)
		hear_buffer_print(out, "%d min %d s", (int)(seconds / 60),
				  (int)(seconds % 60));
	else if (days < 1)
		hear_buffer_print(out, "%d h %d min", (int)(seconds / 3600),
				  (int)(seconds / 60 % 60));
	else
		wording_count(out, (uint64_t)days, "day", NULL);
	if (days >= 1 && days < 10)
		hear_buffer_print(out, " %d h", (int)(seconds / 3600 % 24));
}

void wording_ago(struct hear_buffer *out, int64_t now_ms, int64_t then_ms)
{
	uint64_t apart = then_ms > now_ms
				 ? (uint64_t)then_ms - (uint64_t)now_ms
				 : (uint64_t)now_ms - (uint64_t)then_ms;
	int64_t ms = apart > INT64_MAX ? INT64_MAX : (int64_t)apart;

	if (then_ms > now_ms)
		hear_buffer_text(out, "in ");
	wording_duration(out, ms);
	if (then_ms <= now_ms)
		hear_buffer_text(out, " ago");
}

void wording_size(struct hear_buffer *out, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	const uint64_t unit = 1024;
	uint64_t tenths;
	int i = 0;

	if (bytes < 1024) {
		wording_count(out, bytes, "byte", NULL);
		return;
	}
	/* In units one below the one printed, which is enough for a tenth;
	 * what would round to 1024.0 is 1.0 of the next. */
	while (units[i + 1] != '\0' && bytes >= unit * 1024 - unit / 20) {
		bytes /= 1024;
		i++;
	}
	tenths = (bytes * 10 + unit / 2) / unit;
	hear_buffer_print(out, "%d.%d %ciB", (int)(tenths / 10),
			  (int)(tenths % 10), units[i]);
}
