/* SPDX-License-Identifier: ISC */
#include "tools/home.h"
#include "tools/complain.h"
#include "tools/nearest.h"

#include "core/bytes.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_BYTES = 64 }; /* of a dataset, of an analyst */

int64_t home_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A variable of the environment; NULL where empty too. */
static const char *environment(const char *name)
{
	const char *text = getenv(name);

	return text && *text ? text : NULL;
}

static const char *user_home(void)
{
	const struct passwd *user;
	const char *home = environment("HOME");

	if (home)
		return home;
	user = getpwuid(getuid());
	return user && user->pw_dir && *user->pw_dir ? user->pw_dir : NULL;
}

/* ---- Paths ---- */

static enum hear_code add_home(const struct call *call, struct hear_buffer *out,
			       struct hear_err *err)
{
	const char *home = call->home ? call->home
				      : environment("HEARSAY_HOME");
	const char *data = environment("XDG_DATA_HOME");
	const char *user;

	if (home) {
		hear_buffer_text(out, home);
		return HEAR_OK;
	}
	/* The standard says to pass over a relative one. */
	if (data && *data == '/') {
		hear_buffer_print(out, "%s/hearsay", data);
		return HEAR_OK;
	}
	user = user_home();
	if (!user)
		return hear_fail(err, HEAR_NOTFOUND,
				 "there is no home directory: set HEARSAY_HOME "
				 "to where identity and datasets are kept");
	hear_buffer_print(out, "%s/.local/share/hearsay", user);
	return HEAR_OK;
}

static enum hear_code whole(const struct hear_buffer *out, struct hear_err *err)
{
	if (out->failed)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	return HEAR_OK;
}

enum hear_code home_path(const struct call *call, const char *name,
			 struct hear_buffer *out, struct hear_err *err)
{
	enum hear_code code = add_home(call, out, err);

	if (code != HEAR_OK)
		return code;
	if (*name)
		hear_buffer_print(out, "/%s", name);
	return whole(out, err);
}

/* Makes a directory and those above it, for this user alone. */
static enum hear_code make_directories(char *path, struct hear_err *err)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700); /* the last says what is wrong */
		*slash = '/';
	}
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return hear_fail(err, HEAR_IO, "make directory %s: %s", path,
				 strerror(errno));
	return HEAR_OK;
}

enum hear_code home_make(const struct call *call, struct hear_err *err)
{
	struct hear_buffer home = {0};
	enum hear_code code = home_path(call, "", &home, err);

	if (code == HEAR_OK)
		code = make_directories(home.data, err);
	hear_buffer_done(&home);
	return code;
}

enum hear_code home_name_check(const char *name, struct hear_err *err)
{
	struct hear_span span = hear_span_of(name);
	const char *wrong = NULL;
	size_t i;

	if (span.size == 0)
		wrong = "has no name";
	else if (span.size > NAME_BYTES)
		wrong = "is longer than 64 bytes";
	else if (*name == '.' || *name == '-')
		wrong = "begins with a dot or a hyphen";
	else if (hear_utf8_bad(span) != HEAR_NOWHERE)
		wrong = "is not UTF-8";
	for (i = 0; !wrong && i < span.size; i++)
		if (name[i] == '/')
			wrong = "has a slash in it";
		else if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			wrong = "has a control character in it";
	if (!wrong)
		return HEAR_OK;
	span = hear_span_cut(span, 70);
	return hear_fail(err, HEAR_INVALID,
			 "the dataset '%.*s' %s; write a short name such as "
			 "'korea'",
			 (int)span.size, span.data ? span.data : "", wrong);
}

enum hear_code home_dataset_path(const struct call *call, const char *name,
				 struct hear_buffer *out, struct hear_err *err)
{
	enum hear_code code = home_name_check(name, err);

	if (code == HEAR_OK)
		code = home_path(call, "datasets", out, err);
	if (code == HEAR_OK)
		code = make_directories(out->data, err);
	if (code != HEAR_OK)
		return code;
	hear_buffer_print(out, "/%s", name);
	return whole(out, err);
}

/* ---- Datasets ---- */

enum { DATASETS_MOST = 4096 };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_directory(int parent, const char *name)
{
	struct stat about;

	return fstatat(parent, name, &about, 0) == 0 && S_ISDIR(about.st_mode);
}

static size_t read_names(DIR *directory, struct hear_arena *arena,
			 const char **names)
{
	const struct dirent *entry;
	size_t count = 0;

	while (count < DATASETS_MOST && (entry = readdir(directory)))
		if (home_name_check(entry->d_name, NULL) == HEAR_OK &&
		    is_directory(dirfd(directory), entry->d_name))
			names[count++] = hear_arena_copy(
				arena, hear_span_of(entry->d_name)).data;
	return count;
}

enum hear_code home_datasets(const struct call *call, struct hear_arena *arena,
			     const char ***out, size_t *count,
			     struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code = home_path(call, "datasets", &path, err);
	DIR *directory = NULL;

	*out = NULL;
	*count = 0;
	if (code == HEAR_OK) {
		directory = opendir(path.data);
		if (!directory && errno != ENOENT)
			code = hear_fail(err, HEAR_IO, "open %s: %s", path.data,
					 strerror(errno));
	}
	if (directory) {
		*out = hear_arena_alloc(arena,
					DATASETS_MOST * sizeof(const char *));
		if (*out)
			*count = read_names(directory, arena, *out);
		(void)closedir(directory);
		if (hear_arena_failed(arena))
			code = hear_fail(err, HEAR_MEMORY, "out of memory");
		else
			qsort(*out, *count, sizeof **out, by_name);
	}
	hear_buffer_done(&path);
	return code;
}

/* "a, b and c", or where they are many, the first. */
static void list_names(const char *const *names, size_t count,
		       struct hear_buffer *out)
{
	size_t shown = count > 12 ? 12 : count;
	size_t i;

	for (i = 0; i < shown; i++)
		hear_buffer_print(out, "%s%s", i > 0 ? ", " : "", names[i]);
	if (shown < count)
		hear_buffer_print(out, " and %zu more", count - shown);
}

static enum hear_code none_here(struct hear_err *err)
{
	return hear_fail(err, HEAR_NOTFOUND,
			 "there is no dataset here yet; `hearsay init NAME` "
			 "makes one");
}

static enum hear_code pick_named(const char *name, const char *const *names,
				 size_t count, struct hear_err *err)
{
	struct nearest nearest = nearest_to(name);
	struct hear_span cut = hear_span_cut(hear_span_of(name), 64);
	struct hear_buffer list = {0};
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return HEAR_OK;
		nearest_try(&nearest, names[i]);
	}
	if (count == 0)
		return none_here(err);
	list_names(names, count, &list);
	hear_fail(err, HEAR_NOTFOUND,
		  "there is no dataset '%.*s' here%s%s%s; these are: %.400s",
		  (int)cut.size, cut.data ? cut.data : "",
		  nearest.best ? " (did you mean '" : "",
		  nearest.best ? nearest.best : "",
		  nearest.best ? "'?)" : "", list.data);
	hear_buffer_done(&list);
	return HEAR_NOTFOUND;
}

static enum hear_code several(const char *const *names, size_t count,
			      struct hear_err *err)
{
	struct hear_buffer list = {0};

	list_names(names, count, &list);
	hear_fail(err, HEAR_AMBIGUOUS,
		  "there are several datasets here: %.400s; choose one with "
		  "-d NAME or HEARSAY_DATASET",
		  list.data);
	hear_buffer_done(&list);
	return HEAR_AMBIGUOUS;
}

enum hear_code home_pick(const struct call *call, struct hear_arena *arena,
			 const char **out, struct hear_err *err)
{
	const char *wanted = call->dataset ? call->dataset
					   : environment("HEARSAY_DATASET");
	const char **names;
	size_t count;
	enum hear_code code = home_datasets(call, arena, &names, &count, err);

	*out = wanted;
	if (code != HEAR_OK)
		return code;
	if (wanted)
		return pick_named(wanted, names, count, err);
	if (count == 0)
		return none_here(err);
	if (count > 1)
		return several(names, count, err);
	*out = names[0];
	return HEAR_OK;
}

void home_take_away(const char *path)
{
	static const char *const files[] = {"data.mdb", "lock.mdb", "turn",
					    "use"};
	struct hear_buffer file = {0};
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		hear_buffer_reset(&file);
		hear_buffer_print(&file, "%s/%s", path, files[i]);
		if (file.data)
			(void)unlink(file.data);
	}
	hear_buffer_done(&file);
	(void)rmdir(path);
}

/* ---- Identity ---- */

/* "Ada Lovelace,,," of the password file gives the part before the comma. */
static struct hear_span user_name(void)
{
	const char *given = environment("HEARSAY_NAME");
	const struct passwd *user;
	struct hear_span name = {0};

	if (given)
		return hear_span_of(given);
	user = getpwuid(getuid());
	if (user && user->pw_gecos)
		name = hear_span_trim(hear_span_make(
			user->pw_gecos, strcspn(user->pw_gecos, ",")));
	if (name.size == 0 && user && user->pw_name)
		name = hear_span_of(user->pw_name);
	if (name.size == 0)
		name = hear_span_of("analyst");
	return hear_span_cut(name, NAME_BYTES);
}

static enum hear_code make_identity(const struct call *call, const char *path,
				    struct hear_identity **out,
				    struct hear_err *err)
{
	enum hear_code code = home_make(call, err);

	if (code == HEAR_OK)
		code = hear_identity_make(out, user_name(), err);
	if (code != HEAR_OK)
		return code;
	code = hear_identity_save(*out, path, false, err);
	if (code == HEAR_OK) {
		complain_note("new keys for %s are in %s; keep a copy of that "
			      "file where only you can read it",
			      hear_identity_name(*out), path);
		return HEAR_OK;
	}
	hear_identity_free(*out);
	*out = NULL;
	/* Another command has just made them. */
	return code == HEAR_EXISTS ? hear_identity_load(out, path, err) : code;
}

enum hear_code home_identity(const struct call *call,
			     struct hear_identity **out, struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code = home_path(call, "identity", &path, err);

	*out = NULL;
	if (code == HEAR_OK)
		code = hear_identity_load(out, path.data, err);
	if (code == HEAR_NOTFOUND && path.data)
		code = make_identity(call, path.data, out, err);
	hear_buffer_done(&path);
	return code;
}
