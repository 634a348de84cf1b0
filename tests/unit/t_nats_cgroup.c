/* The memory limit of a local server's control group, from a made-up /proc and /sys. */
#include "source/nats/cgroup.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[256];

static void put(const char *path, const char *text)
{
	char full[1024];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0700);
		*p = '/';
	}
	f = fopen(full, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_socket(const char *pid, const char *inode)
{
	char path[512], to[64];

	snprintf(path, sizeof(path), "/proc/%s/fd/placeholder", pid);
	put(path, "");
	snprintf(path, sizeof(path), "%s/proc/%s/fd/7", root, pid);
	snprintf(to, sizeof(to), "socket:[%s]", inode);
	assert_int_equal(symlink(to, path), 0);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(root, sizeof(root), "%s/t_nats_cgroup-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(root))
		return -1;
	/* Port 8222 is 0x201E; the first line is a connection to it, not the listener. */
	put("/proc/net/tcp", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	    "   0: 0100007F:201E 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 20 4 30 10 -1\n"
	    "   1: 0100007F:201E 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0\n");
	put("/proc/net/tcp6", "  sl  local_address\n"
	    "   0: 00000000000000000000000000000000:201F 00000000000000000000000000000000:0000 0A 00000000:00000000 "
	    "00:00000000 00000000  1000        0 4343 1 0 100 0 0 10 0\n");
	put("/proc/10/comm", "bash\n");
	put_socket("10", "4242");
	put("/proc/10/cgroup", "0::/wrong\n");
	put("/sys/fs/cgroup/wrong/memory.max", "1\n");
	put("/proc/11/comm", "nats-server\n");
	put_socket("11", "4242");
	put("/proc/11/cgroup", "0::/system.slice/nats.service\n");
	put("/proc/12/comm", "nats-server\n");
	put_socket("12", "4343");
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void smallest_limit_on_the_way_up(void **state)
{
	(void)state;
	put("/sys/fs/cgroup/system.slice/nats.service/memory.max", "max\n");
	assert_int_equal(cgroup_limit_of_port(root, 8222), 0);
	put("/sys/fs/cgroup/system.slice/memory.max", "1073741824\n");
	assert_int_equal(cgroup_limit_of_port(root, 8222), 1073741824);
	put("/sys/fs/cgroup/system.slice/nats.service/memory.max", "536870912\n");
	assert_int_equal(cgroup_limit_of_port(root, 8222), 536870912);
}

static void version_1_and_ipv6(void **state)
{
	(void)state;
	put("/proc/12/cgroup", "3:cpu,cpuacct:/x\n2:memory:/docker/abc\n");
	put("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712\n");
	assert_int_equal(cgroup_limit_of_port(root, 8223), 0);
	put("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "268435456\n");
	assert_int_equal(cgroup_limit_of_port(root, 8223), 268435456);
}

static void nobody_listens(void **state)
{
	(void)state;
	assert_int_equal(cgroup_limit_of_port(root, 8224), 0);
	assert_int_equal(cgroup_limit_of_port("/nonexistent", 8222), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(smallest_limit_on_the_way_up),
	    cmocka_unit_test(version_1_and_ipv6),
	    cmocka_unit_test(nobody_listens),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
