#include "source/nats/rights.h"

#include <stdbool.h>
#include <string.h>

const char *const nats_system_rights[] = {
    "publish $SYS.REQ.SERVER.PING",
    "publish $SYS.REQ.SERVER.*.VARZ",
    "publish $SYS.REQ.SERVER.*.HEALTHZ",
    "publish $SYS.REQ.SERVER.*.ROUTEZ",
    "publish $SYS.REQ.SERVER.*.CONNZ",
    "publish $SYS.REQ.SERVER.*.JSZ",
    "publish $SYS.REQ.SERVER.*.GATEWAYZ",
    "publish $SYS.REQ.SERVER.*.LEAFZ",
    "subscribe _INBOX.>",
    "subscribe $SYS.ACCOUNT.*.DISCONNECT",
    "subscribe $SYS.SERVER.*.CLIENT.AUTH.ERR",
    "subscribe $SYS.SERVER.*.SHUTDOWN",
    "subscribe $SYS.SERVER.*.LAMEDUCK",
    NULL,
};

static void print_verb(struct buf *out, const char *indent, const char *verb)
{
	size_t len = strlen(verb);
	bool first = true;

	for (size_t i = 0; nats_system_rights[i]; i++) {
		const char *right = nats_system_rights[i];

		if (strncmp(right, verb, len) != 0)
			continue;
		if (first)
			buf_addf(out, "%s  %s: [\"%s\"", indent, verb, right + len + 1);
		else
			buf_addf(out, ",\n%s    \"%s\"", indent, right + len + 1);
		first = false;
	}
	buf_adds(out, "]\n");
}

void nats_rights_print(struct buf *out, const char *indent)
{
	buf_addf(out, "%spermissions: {\n", indent);
	print_verb(out, indent, "publish");
	print_verb(out, indent, "subscribe");
	buf_addf(out, "%s}\n", indent);
}
