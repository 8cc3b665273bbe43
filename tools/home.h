/* home.h - where identity and datasets are kept, and which dataset is meant.
 *
 *   $HEARSAY_HOME            0700; $XDG_DATA_HOME/hearsay where not set
 *     identity               0600: this node's keys
 *     datasets/NAME/         0700: a dataset each
 *
 * A directory's name is how the dataset is called on this machine.
 */
#ifndef TOOLS_HOME_H
#define TOOLS_HOME_H

#include "core/hearsay.h"
#include "tools/command.h"

/* The present, in milliseconds. */
int64_t home_now(void);

/* Appends the path of `name` below the home: "identity", "datasets", or ""
 * for the home itself. */
HEAR_CHECKED enum hear_code home_path(const struct call *call,
				      const char *name, struct hear_buffer *out,
				      struct hear_err *err);

/* Makes the home where it is not there yet. */
HEAR_CHECKED enum hear_code home_make(const struct call *call,
				      struct hear_err *err);

/* Whether a dataset may be called so: 1 to 64 bytes of UTF-8, no "/" and no
 * control characters, not beginning with "." or "-". */
HEAR_CHECKED enum hear_code home_name_check(const char *name,
					    struct hear_err *err);

/* The directory of a dataset of that name, whether it exists or not; makes
 * the directories above it. */
HEAR_CHECKED enum hear_code home_dataset_path(const struct call *call,
					      const char *name,
					      struct hear_buffer *out,
					      struct hear_err *err);

/* Takes away a dataset's directory that was made and is not wanted. */
void home_take_away(const char *path);

/* The names of the datasets here, sorted: an array of `*count` in the arena. */
HEAR_CHECKED enum hear_code home_datasets(const struct call *call,
					  struct hear_arena *arena,
					  const char ***out, size_t *count,
					  struct hear_err *err);

/* The name of the dataset that is meant: -d, $HEARSAY_DATASET, or the only
 * one. The text is in the arena. */
HEAR_CHECKED enum hear_code home_pick(const struct call *call,
				      struct hear_arena *arena,
				      const char **out, struct hear_err *err);

/* This node's identity; made, with the user's name, on first need. */
HEAR_CHECKED enum hear_code home_identity(const struct call *call,
					  struct hear_identity **out,
					  struct hear_err *err);

#endif
