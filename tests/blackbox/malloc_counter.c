/*
 * Preloaded into a server under test: counts the allocations of its processes in a file that the test maps too
 * (NW_MALLOC_COUNTER names it): two uint64_t, calls by SQLite's library and calls by everything else. glibc only.
 */
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *malloc(size_t size);
EXPORTED void *calloc(size_t n, size_t size);
EXPORTED void *realloc(void *old, size_t size);

enum { BY_SQLITE, BY_OTHERS, N_COUNTERS };

static _Atomic uint64_t before_mapping[N_COUNTERS];
static _Atomic uint64_t *counters = before_mapping;
static uintptr_t sqlite_begin, sqlite_end; /* where its code lies */

static int note_sqlite(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (int i = 0; strstr(info->dlpi_name, "libsqlite3") != NULL && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
			sqlite_begin = info->dlpi_addr + part->p_vaddr;
			sqlite_end = sqlite_begin + part->p_memsz;
		}
	}
	return 0;
}

__attribute__((constructor)) static void map_counters(void)
{
	const char *path = getenv("NW_MALLOC_COUNTER");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);

	dl_iterate_phdr(note_sqlite, NULL);
	if (fd == -1) {
		return;
	}
	void *page = mmap(NULL, sizeof(before_mapping), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (page != MAP_FAILED) {
		counters = page;
	}
	close(fd);
}

static void count(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	int who = at >= sqlite_begin && at < sqlite_end ? BY_SQLITE : BY_OTHERS;

	atomic_fetch_add_explicit(&counters[who], 1, memory_order_relaxed);
}

void *malloc(size_t size)
{
	count(__builtin_return_address(0));
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	count(__builtin_return_address(0));
	return __libc_realloc(old, size);
}
