#include "source/zookeeper/answer.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says whether it is srvr's text or the AdminServer's JSON. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {{0}};
	struct zk_answer a;
	bool forbidden;
	int rc;

	if (!size)
		return 0;
	rc = data[0] & 1 ? zk_read_monitor(&a, (const char *)data + 1, size - 1, &err)
			 : zk_read_srvr(&a, (const char *)data + 1, size - 1, &forbidden, &err);
	if (rc < 0 ? !err.msg[0] : !a.mode[0])
		__builtin_trap();
	if (a.outstanding < -1 || zk_behind(a.zxid, a.zxid + 5) < -1)
		__builtin_trap();
	return 0;
}
