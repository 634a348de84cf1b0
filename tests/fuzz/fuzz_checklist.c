#include "rules/checklist_file.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A list, or a sentence with a place. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct checklists c = {0};
	struct err err = {""};

	if (checklists_add(&c, "x", (const char *)data, size, &err) && !strstr(err.msg, "x:"))
		__builtin_trap();
	for (size_t i = 0; i < c.n; i++)
		for (size_t k = 0; k < c.lists[i].n; k++)
			if (!c.lists[i].items[k].id[0] || !c.lists[i].items[k].title.en)
				__builtin_trap();
	checklists_release(&c);
	return 0;
}
