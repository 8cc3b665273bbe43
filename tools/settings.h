/* settings.h - the node's own settings, for all of its datasets.
 *
 * They stand in $HEARSAY_HOME/settings (0600), a line each: "key: value". Lines
 * that begin with # and lines this version does not know are kept as they are.
 * The file is written whole or not at all. A dataset's settings on this
 * machine stand in the dataset instead (cmd_config.c).
 */
#ifndef TOOLS_SETTINGS_H
#define TOOLS_SETTINGS_H

#include "core/hearsay.h"
#include "sync/link.h"
#include "sync/peers.h"
#include "tools/command.h"

#define SETTINGS_LISTEN "tcp://127.0.0.1:7340"

enum { SETTINGS_BYTES = 64 * 1024 };

/* Appends the value of a key; nothing where it is not set. */
HEAR_CHECKED enum hear_code settings_get(const struct call *call,
					 const char *key,
					 struct hear_buffer *out,
					 struct hear_err *err);
/* An empty value takes the line away. */
HEAR_CHECKED enum hear_code settings_set(const struct call *call,
					 const char *key, const char *value,
					 struct hear_err *err);

struct settings_addresses {
	size_t count;
	char at[HEAR_LINK_LISTENERS][HEAR_ENDPOINT_TEXT];
};

/* Reads what may stand in `listen`: numeric addresses with blanks between, or
 * "none"; and in `advertise`: addresses with a name or a number. */
HEAR_CHECKED enum hear_code
settings_read_listen(struct hear_span text, struct settings_addresses *out,
		     struct hear_err *err);
HEAR_CHECKED enum hear_code
settings_read_advertise(struct hear_span text, struct settings_addresses *out,
			struct hear_err *err);

/* Where this node listens. */
HEAR_CHECKED enum hear_code settings_listen(const struct call *call,
					    struct settings_addresses *out,
					    struct hear_err *err);
/* Where others are told that it is: `advertise`, or failing that what it
 * listens at. There, every address of a machine (0.0.0.0) is one for each of
 * its networks, and loopback comes only where there is nothing else. */
HEAR_CHECKED enum hear_code settings_advertise(const struct call *call,
					       struct settings_addresses *out,
					       struct hear_err *err);
/* Whether no other machine can reach it there: loopback, or a path. */
bool settings_is_here(const char *address);

#endif
