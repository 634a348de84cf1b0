#include "base/kinds.h"

const char *tier_name(enum tier t)
{
	static const char *const name[] = {"", "dev", "staging", "prod"};

	return name[t];
}

const char *kind_name(enum broker_kind k)
{
	static const char *const name[] = {"kafka", "nats", "mqtt"};

	return name[k];
}
