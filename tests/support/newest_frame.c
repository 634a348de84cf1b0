/* newest_frame RECORDING ALERT: writes the newest frame of a recording in which that alert fires or is folded, whole, as
 * a recording of its own. For record_drills. */
#include "base/err.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fires(const struct frame *f, const char *name)
{
	for (size_t i = 0; i < f->judgement->n_alerts; i++) {
		const struct alert *a = &f->judgement->alerts[i];

		if (!strcmp(a->name, name) && (a->state == ALERT_FIRING || a->state == ALERT_FOLDED))
			return true;
	}
	return false;
}

/* NULL: there is none. */
static struct frame *newest(FILE *in, const char *alert)
{
	struct wire_reader *reader = wire_reader_new();
	struct frame *best = NULL;
	struct err err = {""};
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, in)) > 0) {
		struct frame *f = NULL;

		if (wire_read(reader, line, (size_t)n - (line[n - 1] == '\n'), &f, &err)) {
			fprintf(stderr, "newest_frame: %s\n", err_msg(&err));
			break;
		}
		if (f && fires(f, alert)) {
			frame_unref(best);
			best = frame_ref(f);
		}
		frame_unref(f);
	}
	free(line);
	wire_reader_free(reader);
	return best;
}

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "re") : NULL;
	struct wire_writer *w = wire_writer_new();
	struct frame *f;
	struct buf out;

	if (!in) {
		fprintf(stderr, "usage: newest_frame RECORDING ALERT\n");
		return 2;
	}
	f = newest(in, argv[2]);
	fclose(in);
	buf_init(&out, 16 << 20);
	if (!f || wire_write(w, f, &out))
		return 1;
	fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	frame_unref(f);
	wire_writer_free(w);
	return 0;
}
