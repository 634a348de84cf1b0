/* Pages of the fault manual that teams bring: parsing, rendering, rendering commands. */
#include "manual/binding.h"
#include "manual/manual.h"
#include "manual/render.h"
#include "manual/search.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A name made of the input's first bytes goes into every command: refused, or one line. */
static void try_commands(const struct manual_page *page, const uint8_t *data, size_t size)
{
	struct binding b;
	char name[64];

	memcpy(name, data, size < 63 ? size : 63);
	name[size < 63 ? size : 63] = '\0';
	binding_init(&b);
	binding_set(&b, "group", name);
	binding_set(&b, "host", name);
	binding_set(&b, "topic", name);
	for (size_t i = 0; i < page->n_steps; i++) {
		const char *missing = NULL;
		struct buf out;
		struct err err;

		if (!page->steps[i].command)
			continue;
		buf_init(&out, 8192);
		if (!binding_command(&b, page->steps[i].command, &out, &missing, &err) &&
		    (strchr(out.data, '\n') || strchr(out.data, '\033')))
			abort();
		binding_check_command(page->steps[i].command, &err);
		buf_release(&out);
	}
	free(binding_pack(&b));
	binding_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manual_errors errors = {0};
	struct manual_lines lines;
	struct manual_page page;
	struct arena arena;
	struct buf said;

	arena_init(&arena);
	buf_init(&said, 1 << 20);
	if (!manual_parse(&page, &arena, "dir/kafka-x.md", "en", (const char *)data, size, &errors)) {
		struct manual m = {.lang = "en", .pages = &page, .n_pages = 1};
		struct manual_hit hit;

		manual_lines_init(&lines);
		for (int s = 0; s < MANUAL_SECTIONS; s++)
			manual_render(&lines, page.text[s], 20 + s * 10);
		for (size_t i = 0; i < page.n_steps; i++)
			manual_render(&lines, page.steps[i].text, 40);
		manual_lines_release(&lines);
		try_commands(&page, data, size);
		manual_search(&m, page.title, &hit, 1);
	}
	manual_errors_print(&errors, &said);
	buf_release(&said);
	manual_errors_release(&errors);
	arena_release(&arena);
	return 0;
}
