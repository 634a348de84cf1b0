#ifndef MQ_UI_VIEW_PAGE_H
#define MQ_UI_VIEW_PAGE_H

#include "manual/open.h"
#include "ui/view.h"

/* The arg of view_page: a page and what it is bound to. The caller frees it. */
char *page_arg(const struct manual_page *page, const struct binding *b);

/* What is opened. */
struct page_open {
	const struct manual_page *page; /* NULL: there is no such page */
	struct binding binding;
};
void page_open(const struct view_ctx *ctx, const char *arg, struct page_open *out);
void page_close(struct page_open *p);

/* The binding for a step's command: what is not known yet comes from the row that decided its question, addresses as
 * they are reached from here. */
void page_refine(const struct view_ctx *ctx, struct page_open *p, size_t step);

/* The emergency plan of the fault that is the arg, as the desk has it compiled. */
extern const struct view_ops view_plan;

#endif
