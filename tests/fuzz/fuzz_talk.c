#include "wire/talk.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A request that was read reads back as itself when a viewer sends it. */
static void again(const struct record *r)
{
	struct record *same = NULL;
	char list_of[TALK_LIST_OF];
	struct err err = {""};
	struct buf b;

	if (strlen(r->id) != RECORD_ID_SIZE - 1 || r->kind >= RECORD_KINDS || !r->user || !r->from || r->wall < 0)
		__builtin_trap();
	buf_init(&b, 16 << 20);
	talk_put_submit(&b, r);
	if (b.overflow || talk_get_request(b.data, b.len - 1, &same, list_of, &err) != REQUEST_SUBMIT || strcmp(same->id, r->id) != 0)
		__builtin_trap();
	record_unref(same);
	buf_release(&b);
}

/* What the engine reads from viewers, and viewers from an engine besides its frames, line by line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;
		const char *line = (const char *)data;
		struct talk_hello hello;
		struct record *r = NULL;
		struct err err = {""}, text;
		char id[RECORD_ID_SIZE], list_of[TALK_LIST_OF];

		switch (talk_get_request(line, len, &r, list_of, &err)) {
		case REQUEST_SUBMIT:
			again(r);
			break;
		case REQUEST_POLL:
		case REQUEST_YIELD:
			break;
		case REQUEST_BAD:
			if (!err_msg(&err)[0] || r)
				__builtin_trap();
		}
		record_unref(r);
		talk_get_note(line, len, id, &text);
		talk_get_hello(line, len, &hello, &err);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
	return 0;
}
