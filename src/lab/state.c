#include "lab/lab.h"

#include "base/buf.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_FILE "lab.state"
#define STATE_HEAD "mqduty-lab 1\n"

enum { STATE_MAX = 32768 };

/* One row per line of the state file: it is written and read by the same table. */
enum field_type { FIELD_TEXT, FIELD_BOOL, FIELD_KIND, FIELD_PORTS };

struct field {
	const char *key;
	enum field_type type;
	size_t offset, size; /* of text; for ports the number of them */
};

#define TEXT(f)                                                                                    \
	{                                                                                          \
#f, FIELD_TEXT, offsetof(struct lab, f), sizeof(((struct lab *)0)->f)              \
	}
#define BOOL(f)                                                                                    \
	{                                                                                          \
#f, FIELD_BOOL, offsetof(struct lab, f), 0                                         \
	}
#define PORTS(f, n)                                                                                \
	{                                                                                          \
#f, FIELD_PORTS, offsetof(struct lab, f), n                                        \
	}

static const struct field fields[] = {
    TEXT(id),
    BOOL(kafka),
    BOOL(nats),
    BOOL(mqtt),
    BOOL(traffic),
    BOOL(tls),
    {"kafka_kind", FIELD_KIND, offsetof(struct lab, kafka_kind), 0},
    TEXT(kafka_version),
    TEXT(kafka_libs),
    TEXT(kafka_note),
    TEXT(nats_server),
    TEXT(mosquitto),
    TEXT(secret),
    PORTS(kafka_port, LAB_NODES),
    PORTS(kafka_ctl, LAB_NODES),
    PORTS(nats_port, LAB_NODES),
    PORTS(nats_http, LAB_NODES),
    PORTS(nats_route, LAB_NODES),
    PORTS(mqtt_port, 1),
    PORTS(kafka_tls, LAB_NODES),
    PORTS(mqtt_tls, 1),
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

char *lab_path(const struct lab *lab, char *out, const char *fmt, ...)
{
	size_t n = (size_t)snprintf(out, LAB_PATH, "%s/", lab->dir);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out + n, LAB_PATH - n, fmt, ap);
	va_end(ap);
	return out;
}

int read_small(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while (len < size - 1 && (n = read(fd, out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	out[len] = '\0';
	return (int)len;
}

void make_id(char out[LAB_ID])
{
	unsigned char raw[LAB_ID / 2];

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		BUG("getrandom failed");
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
}

int lab_dir_default(char *out, size_t size, struct err *err)
{
	const char *run = getenv("XDG_RUNTIME_DIR"), *tmp = getenv("TMPDIR");
	int n;

	if (run && run[0] == '/')
		n = snprintf(out, size, "%s/mqduty-lab", run);
	else
		n = snprintf(out, size, "%s/mqduty-lab-%u", tmp && tmp[0] == '/' ? tmp : "/tmp",
		    (unsigned)getuid());
	if (n < 0 || (size_t)n >= size)
		return err_set(err, "The folder for the lab has too long a name; give --dir.");
	return 0;
}

int lab_dir_set(struct lab *lab, const char *dir, struct err *err)
{
	char cwd[LAB_PATH];
	int n;

	if (dir[0] == '/')
		n = snprintf(lab->dir, sizeof(lab->dir), "%s", dir);
	else if (getcwd(cwd, sizeof(cwd)))
		n = snprintf(lab->dir, sizeof(lab->dir), "%s/%s", cwd, dir);
	else
		return err_set(err, "The current folder cannot be found: %s.", strerror(errno));
	/* Room for the longest name under it, and nothing a config file would have to quote. */
	if (n < 0 || n > LAB_PATH - 256)
		return err_set(err, "The name of the lab's folder is too long.");
	while (n > 1 && lab->dir[n - 1] == '/')
		lab->dir[--n] = '\0';
	if (!text_is_clean(lab->dir) || strpbrk(lab->dir, " \"'\\:$`#"))
		return err_set(err,
		    "The lab's folder may not have blanks, quotes or any of \\ : $ ` # "
		    "in its name; choose another with --dir.");
	return 0;
}

/* The folder must be ours alone: anyone who could write there could have processes killed. */
static int check_owner(const struct lab *lab, struct err *err)
{
	struct stat st;

	if (lstat(lab->dir, &st))
		return err_set(err, "%s: %s.", lab->dir, strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return err_set(err,
		    "%s is not a folder that only you can write to; "
		    "choose another with --dir.",
		    lab->dir);
	return 0;
}

int lab_lock(struct lab *lab, struct err *err)
{
	char path[LAB_PATH];

	if (check_owner(lab, err))
		return -1;
	lab_path(lab, path, "lock");
	lab->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lab->lock_fd < 0)
		return err_set(err, "%s cannot be opened: %s.", path, strerror(errno));
	if (flock(lab->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	close(lab->lock_fd);
	lab->lock_fd = -1;
	return err_set(
	    err, "Another mqduty-lab command is at work in %s; wait until it has ended.", lab->dir);
}

void lab_unlock(struct lab *lab)
{
	if (lab->lock_fd >= 0)
		close(lab->lock_fd);
	lab->lock_fd = -1;
}

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool empty = true;

	if (!d)
		return false;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			empty = false;
	closedir(d);
	return empty;
}

int lab_create(struct lab *lab, struct err *err)
{
	if (mkdir(lab->dir, 0700) && errno != EEXIST)
		return err_set(err, "%s cannot be made: %s.", lab->dir, strerror(errno));
	if (lab_exists(lab))
		return err_set(err,
		    "A lab is already up in %s; `mqduty-lab status` shows it, "
		    "`mqduty-lab down` ends it.",
		    lab->dir);
	if (!is_empty_dir(lab->dir))
		return err_set(err,
		    "%s has something in it that is no lab; choose another folder "
		    "with --dir.",
		    lab->dir);
	if (lab_lock(lab, err))
		return -1;
	make_id(lab->id);
	make_id(lab->secret);
	if (!lab_save(lab, err))
		return 0;
	lab_remove(lab); /* a lab without its state could be neither ended nor started again */
	return -1;
}

bool lab_exists(const struct lab *lab)
{
	char path[LAB_PATH];

	return access(lab_path(lab, path, STATE_FILE), F_OK) == 0;
}

int lab_write(const struct lab *lab, int mode, struct err *err, const char *name, const char *text)
{
	char path[LAB_PATH], tmp[LAB_PATH];
	size_t len = strlen(text), done = 0;
	ssize_t n;
	int fd;

	lab_path(lab, path, "%s", name);
	lab_path(lab, tmp, "%s.new", name);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return err_set(err, "%s cannot be written: %s.", tmp, strerror(errno));
	while (done < len && (n = write(fd, text + done, len - done)) > 0)
		done += (size_t)n;
	if (close(fd) || done < len || rename(tmp, path))
		return err_set(err, "%s cannot be written: %s.", path, strerror(errno));
	return 0;
}

int lab_mkdir(const struct lab *lab, struct err *err, const char *name)
{
	char path[LAB_PATH];

	if (mkdir(lab_path(lab, path, "%s", name), 0700) && errno != EEXIST)
		return err_set(err, "%s cannot be made: %s.", path, strerror(errno));
	return 0;
}

int lab_save(const struct lab *lab, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, STATE_MAX);
	buf_adds(&b, STATE_HEAD);
	for (size_t i = 0; i < N_FIELDS; i++) {
		const char *at = (const char *)lab + fields[i].offset;

		buf_addf(&b, "%s=", fields[i].key);
		if (fields[i].type == FIELD_TEXT)
			buf_adds(&b, at);
		else if (fields[i].type == FIELD_BOOL)
			buf_addc(&b, *(const bool *)at ? '1' : '0');
		else if (fields[i].type == FIELD_KIND)
			buf_addf(&b, "%d", (int)*(const enum kafka_kind *)at);
		else
			for (size_t k = 0; k < fields[i].size; k++)
				buf_addf(&b, "%d ", ((const int *)at)[k]);
		buf_addc(&b, '\n');
	}
	rc = b.overflow ? err_set(err, "The lab's state is too long to be kept.")
			: lab_write(lab, 0600, err, STATE_FILE, b.data);
	buf_release(&b);
	return rc;
}

static void field_read(struct lab *lab, const struct field *f, const char *value, size_t len)
{
	char *at = (char *)lab + f->offset, *end;

	if (f->type == FIELD_TEXT) {
		snprintf(at, f->size, "%.*s", (int)len, value);
	} else if (f->type == FIELD_BOOL) {
		*(bool *)at = *value == '1';
	} else if (f->type == FIELD_KIND) {
		*(enum kafka_kind *)at = (enum kafka_kind)strtol(value, NULL, 10);
	} else {
		for (size_t k = 0; k < f->size; k++, value = end)
			((int *)at)[k] = (int)strtol(value, &end, 10);
	}
}

int lab_load(struct lab *lab, struct err *err)
{
	char path[LAB_PATH], text[STATE_MAX], *line, *next, *eq;

	if (!lab_exists(lab))
		return err_set(err,
		    "No lab is up in %s: start one with `mqduty-lab up`, or name "
		    "its folder with --dir.",
		    lab->dir);
	if (check_owner(lab, err))
		return -1;
	if (read_small(lab_path(lab, path, STATE_FILE), text, sizeof(text)) < 0)
		return err_set(err, "%s cannot be read: %s.", path, strerror(errno));
	if (strncmp(text, STATE_HEAD, strlen(STATE_HEAD)) != 0)
		return err_set(
		    err, "%s was not written by this mqduty-lab; it is left alone.", path);
	for (line = text + strlen(STATE_HEAD); *line; line = next) {
		next = line + strcspn(line, "\n");
		eq = memchr(line, '=', (size_t)(next - line));
		for (size_t i = 0; eq && i < N_FIELDS; i++)
			if (strlen(fields[i].key) == (size_t)(eq - line) &&
			    strncmp(fields[i].key, line, (size_t)(eq - line)) == 0)
				field_read(lab, &fields[i], eq + 1, (size_t)(next - eq - 1));
		next += *next == '\n';
	}
	if (!lab->id[0])
		return err_set(err, "%s carries no id; it is left alone.", path);
	return 0;
}

bool lab_is(const char *dir, const char *id)
{
	struct lab lab = {.lock_fd = -1};
	struct err err;

	snprintf(lab.dir, sizeof(lab.dir), "%s", dir);
	return lab_load(&lab, &err) == 0 && strcmp(lab.id, id) == 0;
}

/* Never follows a link: unlinkat removes the link itself. */
static void remove_below(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *e;
	DIR *d;

	if (fd < 0) {
		unlinkat(parent, name, 0);
		return;
	}
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return;
	}
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_below(fd, e->d_name);
	closedir(d);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void lab_remove(struct lab *lab)
{
	remove_below(AT_FDCWD, lab->dir);
	lab_unlock(lab);
}
