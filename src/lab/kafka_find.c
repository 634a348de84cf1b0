#include "lab/family.h"
#include "lab/kafka.h"
#include "lab/options.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_VERSION "3.9.1"
#define JAR "kafka_2.13-"

static char java[LAB_PATH];

const char *kafka_java(void)
{
	return java;
}

/* Is this a folder with Kafka's jars? Reads the version off the name of the core jar. */
static bool libs_version(const char *libs, char *version, size_t size)
{
	size_t stem = strlen(JAR);
	struct dirent *e;
	bool found = false;
	DIR *d = opendir(libs);

	while (d && !found && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len < stem + 5 || strncmp(e->d_name, JAR, stem) != 0 ||
		    strcmp(e->d_name + len - 4, ".jar") != 0 || strchr(e->d_name + stem, '-'))
			continue;
		snprintf(version, size, "%.*s", (int)(len - stem - 4), e->d_name + stem);
		found = true;
	}
	if (d)
		closedir(d);
	return found;
}

static bool in_folder(struct lab *lab, const char *cache, const char *name)
{
	int n = snprintf(lab->kafka_libs, sizeof(lab->kafka_libs), "%s/%s/libs", cache, name);

	return n > 0 && n < (int)sizeof(lab->kafka_libs) &&
	       libs_version(lab->kafka_libs, lab->kafka_version, sizeof(lab->kafka_version));
}

/* This version, or (NULL) the newest one that was fetched. */
static bool in_cache(struct lab *lab, const char *version)
{
	char cache[LAB_PATH / 2], name[64], best[256] = "";
	struct dirent *e;
	DIR *d;

	if (cache_dir(cache, sizeof(cache)))
		return false;
	if (version) {
		snprintf(name, sizeof(name), "kafka-%s", version);
		return in_folder(lab, cache, name);
	}
	d = opendir(cache);
	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, "kafka-", 6) == 0 && in_folder(lab, cache, e->d_name) &&
		    strverscmp(e->d_name, best) > 0)
			snprintf(best, sizeof(best), "%s", e->d_name);
	if (d)
		closedir(d);
	return best[0] && in_folder(lab, cache, best);
}

/* scripts/fetch-kafka beside a build in the source tree, or where it was installed. */
static bool find_script(char *out)
{
	char self[LAB_PATH / 2];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	static const char *const up[] = {"scripts", "../scripts", "../../scripts"};

	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		for (size_t i = 0; i < sizeof(up) / sizeof(up[0]); i++) {
			snprintf(out, LAB_PATH, "%s/%s/fetch-kafka", self, up[i]);
			if (access(out, R_OK) == 0)
				return true;
		}
	}
	snprintf(out, LAB_PATH, "%s/scripts/fetch-kafka", PKGDATADIR);
	return access(out, R_OK) == 0;
}

static int fetch(const char *version)
{
	char script[LAB_PATH];
	int status = -1;
	pid_t pid;

	if (!find_script(script))
		return -1;
	fprintf(stderr, "fetching Apache Kafka %s through Maven, once ...\n", version);
	pid = fork();
	if (pid == 0) {
		dup2(2, 1);
		execl("/bin/sh", "sh", script, version, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		if (interrupted())
			kill(pid, SIGTERM);
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int find_real(struct lab *lab, const struct options *o, struct err *err)
{
	const char *given = getenv("MQ_KAFKA_LIBS");
	const char *version = o->kafka_version ? o->kafka_version : DEFAULT_VERSION;

	if (find_program(java, "MQ_JAVA", NULL, "java", err))
		return -1;
	if (given && *given) {
		snprintf(lab->kafka_libs, sizeof(lab->kafka_libs), "%s", given);
		if (libs_version(given, lab->kafka_version, sizeof(lab->kafka_version)))
			return 0;
		return err_set(err, "MQ_KAFKA_LIBS=%s holds no " JAR "VERSION.jar.", given);
	}
	if (in_cache(lab, version) || (!o->kafka_version && in_cache(lab, NULL)))
		return 0;
	if (fetch(version) == 0 && in_cache(lab, version))
		return 0;
	return err_set(err,
	    "The jars of Apache Kafka %s are neither in the cache nor to be had; run "
	    "scripts/fetch-kafka or set MQ_KAFKA_LIBS.",
	    version);
}

int kafka_find(struct lab *lab, const struct options *o, struct err *err)
{
	struct err why = {""};

	if (o->kafka == KAFKA_SIM) {
		lab->kafka_kind = KAFKA_SIM;
		snprintf(lab->kafka_note, sizeof(lab->kafka_note), "asked for with --kafka sim");
		return 0;
	}
	if (find_real(lab, o, &why) == 0) {
		lab->kafka_kind = KAFKA_REAL;
		return 0;
	}
	if (o->kafka == KAFKA_REAL || getenv("MQ_KAFKA_LIBS"))
		return err_set(err, "%s", why.msg);
	lab->kafka_kind = KAFKA_SIM;
	snprintf(lab->kafka_note, sizeof(lab->kafka_note), "%.*s", (int)sizeof(lab->kafka_note) - 1,
	    why.msg);
	return 0;
}
