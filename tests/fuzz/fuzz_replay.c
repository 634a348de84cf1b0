#include "report/report.h"
#include "wire/wire.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No byte of a recording reaches a terminal as it is. JSON is pure by its escapes. */
static void expect_clean(const struct buf *out)
{
	for (size_t i = 0; i < out->len; i++) {
		unsigned char c = (unsigned char)out->data[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			__builtin_trap();
	}
}

/* All that a viewer without a screen does with a frame. */
static void use(struct frame *f, struct wire_writer *w)
{
	struct buf out;

	buf_init(&out, 4 << 20);
	for (const struct report_format *format = report_formats; format->name; format++) {
		buf_reset(&out);
		format->write(f, NULL, f->snap->boot, &out);
		format->write(f, "daily", f->snap->boot, &out);
		expect_clean(&out);
	}
	if (report_exit_code(f, NULL) > 3)
		__builtin_trap();
	buf_reset(&out);
	wire_write(w, f, &out);
	buf_release(&out);
}

/* A recording: lines of frames, each of which is read, reported and written again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_reader *r = wire_reader_new();
	struct wire_writer *w = wire_writer_new();

	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;
		struct err err = {""};
		struct frame *f = NULL;

		if (wire_read(r, (const char *)data, len, &f, &err)) {
			if (!err_msg(&err)[0] || f)
				__builtin_trap();
			break;
		}
		if (f)
			use(f, w);
		frame_unref(f);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
	wire_writer_free(w);
	wire_reader_free(r);
	return 0;
}
