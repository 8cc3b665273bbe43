/* SPDX-License-Identifier: ISC */
/* The line is "hearsay1:" and, in base64url,
 *
 *   0           32         64          96         112        120     121
 *   [dataset: 32][key: 32  ][channel: 32][secret: 16][expires: 8][n: 1][...]
 *
 * then n times [size: 1][address], and the first 4 bytes of a hash over all
 * before. `expires` is in milliseconds, big-endian. */
#include "sync/invitation.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/identity.h"
#include "core/sign.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START "hearsay1:"
#define PREFIX "invite/"

enum {
	FIXED = 32 + 32 + 32 + HEAR_INVITATION_SECRET + 8 + 1,
	CHECKSUM = 4,
	BINARY = HEAR_INVITATION_TEXT, /* text is longer than what it holds */
};

/* ---- The line ---- */

static void checksum(struct hear_span bytes, unsigned char out[CHECKSUM])
{
	struct hear_hash hash;
	struct hear_id id;

	hear_hash_begin(&hash, HEAR_TAG_CHECKSUM);
	hear_hash_add(&hash, bytes.data, bytes.size);
	hear_hash_end(&hash, &id);
	memcpy(out, id.bytes, CHECKSUM);
}

static void add_addresses(const struct hear_invitation *invitation,
			  struct hear_buffer *out)
{
	size_t i;

	assert(invitation->address_count <= HEAR_INVITATION_ADDRESSES);
	hear_buffer_byte(out, (char)invitation->address_count);
	for (i = 0; i < invitation->address_count; i++) {
		struct hear_span text =
			hear_span_of(invitation->addresses[i]);

		assert(text.size < HEAR_ENDPOINT_TEXT);
		hear_buffer_byte(out, (char)(unsigned char)text.size);
		hear_buffer_span(out, text);
	}
}

static void wipe(struct hear_buffer *buffer)
{
	if (buffer->data)
		hear_wipe(buffer->data, buffer->room);
	hear_buffer_done(buffer);
}

enum hear_code hear_invitation_print(const struct hear_invitation *invitation,
				     struct hear_buffer *out,
				     struct hear_err *err)
{
	struct hear_buffer bytes = {0};
	unsigned char number[8];
	unsigned char sum[CHECKSUM];
	size_t before = out->size;
	enum hear_code code = HEAR_OK;

	/* At once, so that no copy of the secret is left behind by growing. */
	(void)hear_buffer_room(&bytes, 2 * BINARY);
	hear_buffer_add(&bytes, invitation->dataset.bytes, 32);
	hear_buffer_add(&bytes, invitation->inviter.key.bytes, 32);
	hear_buffer_add(&bytes, invitation->inviter.channel_key.bytes, 32);
	hear_buffer_add(&bytes, invitation->secret, HEAR_INVITATION_SECRET);
	hear_put64(number, (uint64_t)invitation->expires_ms);
	hear_buffer_add(&bytes, number, sizeof number);
	add_addresses(invitation, &bytes);
	checksum(hear_buffer_view(&bytes), sum);
	hear_buffer_add(&bytes, sum, sizeof sum);
	(void)hear_buffer_room(out, 3 * BINARY);
	hear_buffer_text(out, START);
	if (!bytes.failed)
		hear_base64_print(bytes.data, bytes.size, out);
	if (bytes.failed || out->failed)
		code = hear_fail_memory(err);
	else if (out->size - before > HEAR_INVITATION_TEXT)
		code = hear_fail(err, HEAR_LIMIT,
				 "the addresses make the invitation longer "
				 "than %d characters; name fewer, or shorter "
				 "ones",
				 HEAR_INVITATION_TEXT);
	wipe(&bytes);
	return code;
}

static enum hear_code damaged(struct hear_err *err)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the invitation is cut short or changed; copy the "
			 "whole line, from hearsay1: to its end");
}

/* The line without blanks and line ends; false: it is too long. */
static bool squeeze(struct hear_span line, char out[HEAR_INVITATION_TEXT + 1])
{
	size_t size = 0;
	size_t i;

	for (i = 0; i < line.size; i++) {
		if (memchr(" \t\r\n", line.data[i], 4))
			continue;
		if (size == HEAR_INVITATION_TEXT || line.data[i] == '\0')
			return false;
		out[size++] = line.data[i];
	}
	out[size] = '\0';
	return true;
}

/* Takes `size` bytes off the front; NULL where there are fewer. */
static const unsigned char *take(struct hear_span *rest, size_t size)
{
	const unsigned char *at = (const unsigned char *)rest->data;

	if (rest->size < size)
		return NULL;
	rest->data += size;
	rest->size -= size;
	return at;
}

static bool take_addresses(struct hear_span *rest, size_t count,
			   struct hear_invitation *out)
{
	const unsigned char *size;
	const unsigned char *text;

	if (count > HEAR_INVITATION_ADDRESSES)
		return false;
	for (; out->address_count < count; out->address_count++) {
		char *into = out->addresses[out->address_count];

		size = take(rest, 1);
		text = size ? take(rest, *size) : NULL;
		if (!text ||
		    hear_peer_address_check(hear_span_make(text, *size),
					    NULL) != HEAR_OK)
			return false;
		memcpy(into, text, *size);
		into[*size] = '\0';
	}
	return rest->size == 0;
}

static bool read_fields(struct hear_span bytes, struct hear_invitation *out)
{
	const unsigned char *fixed;
	unsigned char sum[CHECKSUM];

	if (bytes.size < FIXED + CHECKSUM)
		return false;
	bytes.size -= CHECKSUM;
	checksum(bytes, sum);
	if (memcmp(sum, bytes.data + bytes.size, CHECKSUM) != 0)
		return false;
	fixed = take(&bytes, FIXED);
	memcpy(out->dataset.bytes, fixed, 32);
	memcpy(out->inviter.key.bytes, fixed + 32, 32);
	memcpy(out->inviter.channel_key.bytes, fixed + 64, 32);
	memcpy(out->secret, fixed + 96, HEAR_INVITATION_SECRET);
	out->expires_ms = (int64_t)hear_get64(fixed + 112);
	return take_addresses(&bytes, fixed[120], out);
}

enum hear_code hear_invitation_parse(struct hear_span line,
				     struct hear_invitation *out,
				     struct hear_err *err)
{
	char text[HEAR_INVITATION_TEXT + 1] = "";
	unsigned char bytes[BINARY];
	size_t start = sizeof START - 1;
	size_t size = 0;
	enum hear_code code = HEAR_OK;

	memset(out, 0, sizeof *out);
	if (!squeeze(line, text))
		code = hear_fail(err, HEAR_LIMIT,
				 "that is no invitation: one is a single line "
				 "of at most %d characters that begins with "
				 "hearsay1:",
				 HEAR_INVITATION_TEXT);
	else if (strncmp(text, START, start) != 0)
		code = strncmp(text, START, start - 2) == 0 &&
				       strchr(text, ':')
			       ? hear_fail(err, HEAR_VERSION,
					   "the invitation was made by a newer "
					   "version of Hearsay; install that")
			       : hear_fail(err, HEAR_INVALID,
					   "that is no invitation: one begins "
					   "with hearsay1:");
	else if (!hear_base64_parse(hear_span_of(text + start), bytes,
				    sizeof bytes, &size) ||
		 !read_fields(hear_span_make(bytes, size), out))
		code = damaged(err);
	hear_wipe(text, sizeof text);
	hear_wipe(bytes, sizeof bytes);
	if (code != HEAR_OK)
		hear_wipe(out, sizeof *out);
	return code;
}

enum hear_code hear_invitation_name(struct hear_span name, struct hear_err *err)
{
	return hear_name_check(name, "a member's name", err);
}

void hear_invitation_hash(const unsigned char secret[HEAR_INVITATION_SECRET],
			  struct hear_id *out)
{
	struct hear_hash hash;

	hear_hash_begin(&hash, HEAR_TAG_INVITE);
	hear_hash_add(&hash, secret, HEAR_INVITATION_SECRET);
	hear_hash_end(&hash, out);
	hear_wipe(&hash, sizeof hash);
}

/* ---- What the inviter keeps ----
 *
 * A setting "invite/HASH" with role, clearance, expiry and name, with blanks
 * between: "writer amber 1736776800000 Bob". */

static void setting_name(const struct hear_id *hash, char out[80])
{
	memcpy(out, PREFIX, sizeof PREFIX);
	hear_hex_print(hash->bytes, sizeof hash->bytes,
		       out + sizeof PREFIX - 1);
}

static bool next_word(struct hear_span *rest, struct hear_span *word)
{
	const char *end = rest->size > 0 ? memchr(rest->data, ' ', rest->size)
					 : NULL;

	if (!end)
		return false;
	*word = hear_span_make(rest->data, (size_t)(end - rest->data));
	rest->data += word->size + 1;
	rest->size -= word->size + 1;
	return true;
}

static bool read_number(struct hear_span digits, int64_t *out)
{
	char text[24];
	char *end;

	if (digits.size == 0 || digits.size >= sizeof text)
		return false;
	memcpy(text, digits.data, digits.size);
	text[digits.size] = '\0';
	*out = strtoll(text, &end, 10);
	return *end == '\0';
}

static bool read_invited(const char *name, struct hear_span value,
			 struct hear_invited *out)
{
	struct hear_span role;
	struct hear_span clearance;
	struct hear_span expires;

	memset(out, 0, sizeof *out);
	if (strncmp(name, PREFIX, sizeof PREFIX - 1) == 0)
		name += sizeof PREFIX - 1;
	if (!hear_hex_parse(hear_span_of(name), out->hash.bytes, 32) ||
	    !next_word(&value, &role) || !next_word(&value, &clearance) ||
	    !next_word(&value, &expires) || value.size == 0 ||
	    value.size >= sizeof out->name)
		return false;
	memcpy(out->name, value.data, value.size);
	return hear_role_parse(role, &out->role, NULL) == HEAR_OK &&
	       hear_marking_parse(clearance, &out->clearance, NULL) ==
		       HEAR_OK &&
	       read_number(expires, &out->expires_ms);
}

enum hear_code hear_invitation_keep(struct hear_writer *writer,
				    const struct hear_invited *invited,
				    struct hear_err *err)
{
	struct hear_buffer value = {0};
	char name[80];
	enum hear_code code;

	setting_name(&invited->hash, name);
	hear_buffer_print(&value, "%s %s %lld %s",
			  hear_role_name(invited->role),
			  hear_marking_name(invited->clearance),
			  (long long)invited->expires_ms, invited->name);
	code = value.failed ? hear_fail_memory(err)
			    : hear_write_setting(writer, name,
						 hear_buffer_view(&value),
						 err);
	hear_buffer_done(&value);
	return code;
}

enum hear_code hear_invitation_find(struct hear_reader *reader,
				    const struct hear_id *hash,
				    struct hear_invited *out,
				    struct hear_err *err)
{
	struct hear_buffer value = {0};
	char name[80];
	enum hear_code code;

	setting_name(hash, name);
	code = hear_setting_get(reader, name, &value, err);
	if (code == HEAR_OK &&
	    !read_invited(name, hear_buffer_view(&value), out))
		code = HEAR_NOTFOUND;
	hear_buffer_done(&value);
	return code;
}

struct walk {
	bool (*each)(void *context, const struct hear_invited *invited);
	void *context;
};

static bool walk_one(void *context, const char *name, struct hear_span value)
{
	const struct walk *walk = context;
	struct hear_invited invited;

	return !read_invited(name, value, &invited) ||
	       walk->each(walk->context, &invited);
}

enum hear_code
hear_invitation_each(struct hear_reader *reader,
		     bool (*each)(void *context, const struct hear_invited *),
		     void *context, struct hear_err *err)
{
	struct walk walk = {each, context};

	return hear_setting_each(reader, PREFIX, walk_one, &walk, err);
}

enum hear_code hear_invitation_drop(struct hear_writer *writer,
				    const struct hear_id *hash,
				    struct hear_err *err)
{
	char name[80];

	setting_name(hash, name);
	return hear_write_setting(writer, name, hear_span_of(NULL), err);
}
