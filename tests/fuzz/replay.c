/* SPDX-License-Identifier: ISC */
/* replay.c - runs a fuzz target over the files of one folder, with any
 * compiler: `replay-fuzz_x FOLDER`. What the fuzzer once found stays fixed. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *file = fopen(path, "rb");
	uint8_t *exact;
	size_t size;

	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	exact = malloc(size ? size : 1); /* so that ASan sees the end */
	if (!exact)
		exit(1);
	for (size_t i = 0; i < size; i++)
		exact[i] = data[i];
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

int main(int argc, char **argv)
{
	char path[4096];
	struct dirent *entry;
	unsigned count = 0;
	DIR *folder;

	if (argc != 2 || !(folder = opendir(argv[1]))) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 1;
	}
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", argv[1],
			       entry->d_name);
		replay(path);
		count++;
	}
	closedir(folder);
	printf("%u inputs replayed\n", count);
	return count == 0;
}
