/* SPDX-License-Identifier: ISC */
#include "core/identity.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char first_line[] = "hearsay identity 1\n";

enum hear_code hear_name_check(struct hear_span name, const char *whose,
			       struct hear_err *err)
{
	size_t i;

	if (name.size == 0 || name.size > HEAR_ANALYST_BYTES)
		return hear_fail(err, HEAR_LIMIT, "%s has 1 to %d bytes", whose,
				 HEAR_ANALYST_BYTES);
	if (hear_utf8_bad(name) != HEAR_NOWHERE)
		return hear_fail(err, HEAR_INVALID, "%s is not UTF-8", whose);
	for (i = 0; i < name.size; i++)
		if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f)
			return hear_fail(err, HEAR_INVALID,
					 "%s holds a control character", whose);
	return HEAR_OK;
}

enum hear_code hear_identity_rename(struct hear_identity *identity,
				    struct hear_span name,
				    struct hear_err *err)
{
	enum hear_code code;

	name = hear_span_trim(name);
	code = hear_name_check(name, "an analyst's name", err);
	if (code != HEAR_OK)
		return code;
	memcpy(identity->name, name.data, name.size);
	identity->name[name.size] = '\0';
	return HEAR_OK;
}

enum hear_code hear_identity_make(struct hear_identity **out,
				  struct hear_span name, struct hear_err *err)
{
	struct hear_identity *identity;
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (code != HEAR_OK)
		return code;
	identity = calloc(1, sizeof *identity);
	if (!identity)
		return hear_fail_memory(err);
	code = hear_identity_rename(identity, name, err);
	if (code != HEAR_OK) {
		hear_identity_free(identity);
		return code;
	}
	hear_sign_keypair(&identity->key, &identity->secret);
	hear_channel_keypair(&identity->channel_key, &identity->channel_secret);
	*out = identity;
	return HEAR_OK;
}

void hear_identity_free(struct hear_identity *identity)
{
	if (!identity)
		return;
	hear_wipe(identity, sizeof *identity);
	free(identity);
}

const char *hear_identity_name(const struct hear_identity *identity)
{
	return identity->name;
}

const struct hear_key *hear_identity_key(const struct hear_identity *identity)
{
	return &identity->key;
}

const struct hear_key *
hear_identity_channel_key(const struct hear_identity *identity)
{
	return &identity->channel_key;
}

void hear_identity_certificate(const struct hear_identity *identity,
			       unsigned char out[HEAR_SIGNATURE])
{
	hear_sign(&identity->secret, HEAR_TAG_CERT,
		  hear_span_make(identity->channel_key.bytes, 32), out);
}

/* ---- The file ---- */

struct text_keys {
	char sign[2 * 64 + 1];
	char channel_public[2 * 32 + 1];
	char channel[2 * 32 + 1];
};

enum hear_code hear_identity_save(const struct hear_identity *identity,
				  const char *path, bool replace,
				  struct hear_err *err)
{
	struct text_keys keys;
	char text[600];
	enum hear_code code;
	int size;

	hear_hex_print(identity->secret.bytes, 64, keys.sign);
	hear_hex_print(identity->channel_key.bytes, 32, keys.channel_public);
	hear_hex_print(identity->channel_secret.bytes, 32, keys.channel);
	size = snprintf(text, sizeof text,
			"%sname: %s\nsign: %s\nchannel: %s %s\n", first_line,
			identity->name, keys.sign, keys.channel_public,
			keys.channel);
	code = hear_file_write(path, hear_span_make(text, (size_t)size),
			       replace, err);
	hear_wipe(text, sizeof text);
	hear_wipe(&keys, sizeof keys);
	return code;
}

static bool field(struct hear_span *text, const char *name,
		  struct hear_span *out)
{
	size_t size = strlen(name);
	const char *end;

	if (text->size < size || memcmp(text->data, name, size) != 0)
		return false;
	end = memchr(text->data, '\n', text->size);
	if (!end)
		return false;
	*out = hear_span_make(text->data + size,
			      (size_t)(end - text->data) - size);
	text->size -= (size_t)(end + 1 - text->data);
	text->data = end + 1;
	return true;
}

static bool read_keys(struct hear_identity *identity, struct hear_span text)
{
	struct hear_span line;

	if (!field(&text, "hearsay identity 1", &line) ||
	    !field(&text, "name: ", &line) ||
	    hear_identity_rename(identity, line, NULL) != HEAR_OK ||
	    !field(&text, "sign: ", &line) ||
	    !hear_hex_parse(line, identity->secret.bytes, 64))
		return false;
	/* libsodium's secret form ends with the public key. */
	memcpy(identity->key.bytes, identity->secret.bytes + 32, 32);
	return field(&text, "channel: ", &line) && line.size == 129 &&
	       hear_hex_parse(hear_span_make(line.data, 64),
			      identity->channel_key.bytes, 32) &&
	       hear_hex_parse(hear_span_make(line.data + 65, 64),
			      identity->channel_secret.bytes, 32);
}

static enum hear_code check_private(const char *path, struct hear_err *err)
{
	struct stat file;

	if (stat(path, &file) < 0)
		return errno == ENOENT ? HEAR_NOTFOUND
				       : hear_fail(err, HEAR_IO,
						   "look at %s: %s", path,
						   strerror(errno));
	if (file.st_mode & 077)
		return hear_fail(err, HEAR_DENIED,
				 "%s can be read by others; if nobody did, "
				 "say `chmod 600 %s`",
				 path, path);
	return HEAR_OK;
}

enum hear_code hear_identity_load(struct hear_identity **out, const char *path,
				  struct hear_err *err)
{
	struct hear_identity *identity;
	struct hear_buffer text = {0};
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (code == HEAR_OK)
		code = check_private(path, err);
	if (code == HEAR_OK)
		code = hear_file_read(path, 4096, &text, err);
	if (code != HEAR_OK)
		return code;
	identity = calloc(1, sizeof *identity);
	if (!identity)
		code = hear_fail_memory(err);
	else if (!read_keys(identity, hear_buffer_view(&text)))
		code = hear_fail(err, HEAR_DAMAGED,
				 "%s is not an identity of Hearsay; put it "
				 "back from a backup",
				 path);
	if (text.data)
		hear_wipe(text.data, text.room);
	hear_buffer_done(&text);
	if (code != HEAR_OK) {
		hear_identity_free(identity);
		return code;
	}
	*out = identity;
	return HEAR_OK;
}
