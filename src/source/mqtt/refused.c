#include "source/mqtt/refused.h"

#include "base/i18n.h"

#include <stddef.h>

static const struct code {
	int code;
	const char *words;
} refusals[] = {
    {0x01, N_("protocol: the broker does not speak MQTT 3.1.1 nor 5")},
    {0x02, N_("auth: the broker refuses the client id")},
    {0x03, N_("the broker answers that it is not available")},
    {0x04, N_("auth: wrong user name or password: see username: and password_env: of the cluster")},
    {0x05, N_("auth: not authorised: give the cluster a username: and a password_env: that the "
	      "broker knows")},
    {0x80, N_("the broker refuses the connection without a reason: its log says more")},
    {0x81, N_("protocol: the broker takes our CONNECT for malformed")},
    {0x82, N_("protocol: the broker sees a protocol error in our CONNECT")},
    {0x83, N_("the broker refuses the connection for a reason of its own: its log says more")},
    {0x84, N_("protocol: the broker does not speak MQTT 3.1.1 nor 5")},
    {0x85, N_("auth: the broker refuses the client id")},
    {0x86, N_("auth: wrong user name or password: see username: and password_env: of the cluster")},
    {0x87, N_("auth: not authorised: give the cluster a username: and a password_env: that the "
	      "broker knows")},
    {0x88, N_("the broker answers that it is not available")},
    {0x89, N_("the broker answers that it is too busy for a new connection")},
    {0x8a, N_("auth: this client is banned: lift the ban in the broker, or wait until it ends")},
    {0x8c, N_("auth: the broker wants another authentication method than user name and password")},
    {0x97, N_("the broker's quota is used up: max_connections, or a limit of this user")},
    {0x9c, N_("the broker says: use another server (for now): set url: to that one")},
    {0x9d, N_("the broker says: the server has moved: set url: to its new address")},
    {0x9f, N_("the broker limits how many connections come per second, and refused ours")},
};

static const struct code ends[] = {
    {0x8b, N_("the broker is shutting down")},
    {0x89, N_("the broker is too busy")},
    {0x8d, N_("our keep-alive did not reach the broker in time")},
    {0x8e, N_("another client has taken over our client id")},
    {0x87, N_("not authorised any longer")},
    {0x97, N_("a quota of the broker is used up")},
    {0x98, N_("an operator disconnected us")},
    {0x9c, N_("use another server")},
    {0x9d, N_("the server has moved")},
};

static const char *find(const struct code *table, size_t n, int code)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].code == code)
			return _(table[i].words);
	return NULL;
}

const char *refused_words(int code)
{
	const char *words = find(refusals, sizeof(refusals) / sizeof(refusals[0]), code);

	return words || code < 0x80 ? words : _("the broker refuses the connection: its log says why");
}

bool refused_version(int code)
{
	return code == 0x01 || code == 0x84;
}

const char *ended_words(int code)
{
	return find(ends, sizeof(ends) / sizeof(ends[0]), code);
}
