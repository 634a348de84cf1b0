#include "disk_shim.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct shim_file {
	sqlite3_file base; /* first */
	char path[1024];
	sqlite3_file *real; /* behind this struct */
};

static atomic_int mood;
static int shadowing;
static sqlite3_vfs shim, *real;

void disk_mood_set(enum disk_mood m)
{
	atomic_store(&mood, (int)m);
}

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct shim_file *)f)->real;
}

/* What happens to a write. */
static int weather(void)
{
	while (atomic_load(&mood) == DISK_HUNG)
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	switch (atomic_load(&mood)) {
	case DISK_FULL:
		return SQLITE_FULL;
	case DISK_BROKEN:
		return SQLITE_IOERR_WRITE;
	default:
		return SQLITE_OK;
	}
}

static int copy_file(const char *from, const char *to)
{
	char block[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, block, sizeof(block))) > 0)
		if (write(out, block, (size_t)n) != n)
			abort();
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n;
}

static int shim_close(sqlite3_file *f)
{
	return real_of(f)->pMethods ? real_of(f)->pMethods->xClose(real_of(f)) : SQLITE_OK;
}

static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	int rc = weather();

	return rc ? rc : real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = weather();

	return rc ? rc : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

/* The copy is made beside and renamed, so that a kill in the middle leaves the one before. */
static int shim_sync(sqlite3_file *f, int flags)
{
	struct shim_file *s = (struct shim_file *)f;
	char shadow[1100], part[1100];
	int rc = weather();

	if (rc)
		return SQLITE_IOERR_FSYNC;
	if (atomic_load(&mood) == DISK_LYING)
		return SQLITE_OK;
	rc = s->real->pMethods->xSync(s->real, flags);
	if (!rc && shadowing && s->path[0]) {
		snprintf(shadow, sizeof(shadow), "%s.synced", s->path);
		snprintf(part, sizeof(part), "%s.part", s->path);
		if (copy_file(s->path, part) || rename(part, shadow))
			abort();
	}
	return rc;
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int shim_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int shim_device(sqlite3_file *f)
{
	(void)f;
	return 0; /* promises nothing, such as that a write is whole */
}

static int shim_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shim_shm_unmap(sqlite3_file *f, int gone)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), gone);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* no memory-mapped reading */
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct shim_file *s = (struct shim_file *)f;
	int rc;

	(void)vfs;
	s->real = (sqlite3_file *)(s + 1);
	snprintf(s->path, sizeof(s->path), "%s", name ? name : "");
	rc = real->xOpen(real, name, s->real, flags, out);
	s->base.pMethods = s->real->pMethods ? &methods : NULL;
	return rc;
}

void disk_shim_install(int shadows)
{
	shadowing = shadows;
	if (real)
		return;
	real = sqlite3_vfs_find(NULL);
	shim = *real;
	shim.zName = "shim";
	shim.szOsFile = (int)sizeof(struct shim_file) + real->szOsFile;
	shim.xOpen = shim_open;
	sqlite3_vfs_register(&shim, 1);
}

void disk_power_cut(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char names[64][256];
	int n = 0;

	while (d && (e = readdir(d)) && n < 64)
		if (e->d_name[0] != '.')
			snprintf(names[n++], sizeof(names[0]), "%s", e->d_name);
	if (d)
		closedir(d);
	for (int i = 0; i < n; i++) {
		char path[1024], shadow[1100];
		size_t len = strlen(names[i]);

		snprintf(path, sizeof(path), "%.700s/%.255s", folder, names[i]);
		snprintf(shadow, sizeof(shadow), "%s.synced", path);
		if ((len > 7 && !strcmp(names[i] + len - 7, ".synced")) || (len > 5 && !strcmp(names[i] + len - 5, ".part")))
			continue;
		if (access(shadow, F_OK))
			unlink(path);
		else if (copy_file(shadow, path))
			abort();
	}
}
