#include "source/nats/nkey.h"
#include "source/nats/system.h"

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the system account sends: events, words about missing rights, and the file of a key. The
 * first byte says which. */
static void notice(const char *text, size_t len, unsigned char kind)
{
	static const char *const subjects[] = {"$SYS.ACCOUNT.A.DISCONNECT", "$SYS.SERVER.N.CLIENT.AUTH.ERR",
	    "$SYS.SERVER.N.SHUTDOWN", "$SYS.SERVER.N.LAMEDUCK"};
	struct config *config = config_new_default();
	struct model *m = model_new();
	struct source_ctx ctx = {.config = config, .model = m};
	struct nats_system y = {.up = true};
	struct source s = {.ctx = &ctx, .sys = &y};

	config_add_cluster(config, "bus", KIND_NATS);
	ctx.cluster = &config->clusters[0];
	ctx.index = model_add_cluster(m, "bus", KIND_NATS, TIER_NONE);
	clock_fake(1000 * NS_PER_S, 1000 * NS_PER_S);
	for (int i = 0; i < 2; i++)
		system_notice(&s, subjects[kind & 3], text, len, clock_boot());
	system_tell_untold(&s, clock_boot() + 60 * NS_PER_S);
	model_free(m);
	config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char right[SYS_SUBJECT_MAX], id[NAME_MAX_LEN], seed[NKEY_TEXT_MAX], public_key[NKEY_TEXT_MAX], *text;

	if (!size)
		return 0;
	text = malloc(size);
	if (!text)
		abort();
	for (size_t i = 1; i < size; i++)
		text[i - 1] = (char)data[i];
	text[size - 1] = '\0';
	if (data[0] & 0x80)
		sys_denied_parse(text, right, sizeof(right), id);
	else if (data[0] & 0x40)
		nkey_read(text, seed, public_key, NULL);
	else
		notice(text, size - 1, data[0]);
	free(text);
	return 0;
}
