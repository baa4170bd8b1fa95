/*
 * replay -- feeds every file named on the command line to a fuzz target: the
 * corpus as a regression test, with any compiler.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
replay(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE          *f = fopen(path, "rb");
	size_t         len;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, len);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%d inputs replayed\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
