/* lot.h - a few records filed together, and their ids printed.
 *
 * What add, file and the commands that judge have in common. Many records go
 * through import instead.
 */
#ifndef TOOLS_LOT_H
#define TOOLS_LOT_H

#include "core/hearsay.h"
#include "tools/command.h"
#include "tools/session.h"

/* Records of one marking: one filing, or none where all are there already. */
struct lot {
	enum hear_marking marking;
	const struct hear_record *records;
	size_t count;
	struct hear_outcome outcome; /* filled by lot_file */
};

/* Files the lots in one transaction: all of it is on disk when this returns
 * HEAR_OK, and nothing otherwise. Ends the session's reader. */
HEAR_CHECKED enum hear_code lot_file(struct session *session,
				     const struct call *call, struct lot *lots,
				     size_t count, struct hear_err *err);

/* Prints each record's id, one a line; with --json an object with its kind,
 * marking and filing too. Says on standard error what was there already. */
HEAR_CHECKED enum hear_code lot_print(const struct call *call,
				      const struct lot *lots, size_t count,
				      struct hear_err *err);

/* Makes one record of what the command line said, files it and prints its id;
 * what no record can hold is a mistake of the command line. */
HEAR_CHECKED enum hear_code lot_one(struct session *session, struct call *call,
				    enum hear_marking marking,
				    const struct hear_value *tree,
				    struct hear_err *err);

/* The option of commands whose marking is the dataset's where none is given. */
#define LOT_MARKING_OPTION                                                     \
	{                                                                      \
		"marking", 0, "MARKING",                                       \
			"how far it may travel; see `hearsay config marking`", \
			false, "clear green amber amber+strict red local"      \
	}

#endif
