/* Lines out of Markdown, with md4c. */
#include "manual/render.h"

#include "base/buf.h"
#include "base/text.h"

#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 8, TEXT_MAX = 64 * 1024, LEAST_WIDTH = 10, LINES_MOST = 4000 };

struct rendering {
	struct manual_lines *out;
	int width;
	struct buf text; /* of the block that is open */
	int depth;	 /* of lists */
	unsigned number[LEVELS]; /* of the next item; 0: a bullet */
	char bullet[16];	 /* of the item whose text comes next; "" none */
	bool code, any;
};

void manual_lines_init(struct manual_lines *l)
{
	*l = (struct manual_lines){0};
	arena_init(&l->arena);
}

void manual_lines_release(struct manual_lines *l)
{
	free(l->lines);
	arena_release(&l->arena);
	*l = (struct manual_lines){0};
}

static void add_line(
    struct manual_lines *l, const char *text, size_t len, int indent, enum manual_line_kind kind)
{
	char *own;

	if (l->n >= LINES_MOST)
		return;
	array_reserve(&l->lines, &l->cap, l->n + 1, sizeof(*l->lines));
	own = arena_alloc(&l->arena, len * 3 + 1);
	text_sanitise(own, len * 3 + 1, arena_strndup(&l->arena, text, len), len);
	l->lines[l->n++] = (struct manual_line){own, indent, kind};
}

static bool is_wide_at(const char *s)
{
	uint32_t cp;

	return *s && text_decode(s, strlen(s), &cp) && text_cp_width(cp) == 2;
}

/* Marks that must not begin a line. */
static bool may_not_begin(const char *s)
{
	static const char *const marks[] = {"，", "。", "、", "：", "；", "？", "！", "）", "”", "》", "」"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (!strncmp(s, marks[i], strlen(marks[i])))
			return true;
	return false;
}

static size_t char_before(const char *s, size_t at)
{
	while (at && ((unsigned char)s[--at] & 0xc0) == 0x80)
		continue;
	return at;
}

/* How many bytes go on one line: to the last blank or the last wide character that fits. */
static size_t line_end(const char *s, int width)
{
	size_t fits = text_cut(s, (size_t)width), cut = fits;

	if (!s[fits])
		return fits;
	while (cut > 0) {
		size_t before = char_before(s, cut);

		if (s[cut] == ' ')
			return cut;
		if ((is_wide_at(s + cut) || is_wide_at(s + before)) && !may_not_begin(s + cut))
			return cut;
		cut = before;
	}
	return fits ? fits : strlen(s);
}

void manual_wrap(
    struct manual_lines *l, const char *text, int indent, int width, enum manual_line_kind kind)
{
	int room = width - indent;

	if (room < LEAST_WIDTH)
		room = LEAST_WIDTH;
	do {
		size_t n = line_end(text, room), keep = n;

		while (keep && text[keep - 1] == ' ')
			keep--;
		add_line(l, text, keep, indent, kind);
		text += n;
		text += strspn(text, " ");
	} while (*text && l->n < LINES_MOST);
}

/* "... (guide: ID, ID)" */
static void cut_guide(char *s)
{
	char *at = strstr(s, " (guide: ");

	while (at && strstr(at + 1, " (guide: "))
		at = strstr(at + 1, " (guide: ");
	if (at && s[strlen(s) - 1] == ')')
		*at = '\0';
}

static void flush_code(struct rendering *r, int indent)
{
	char *line = r->text.data, *end;

	for (; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		add_line(r->out, line, (size_t)(end - line), indent, LINE_CODE);
	}
}

/* What has been gathered becomes lines. */
static void flush(struct rendering *r)
{
	int indent = r->depth * 2;

	if (!r->text.len)
		return;
	if (r->any && !r->depth && r->out->n && r->out->lines[r->out->n - 1].text[0])
		add_line(r->out, "", 0, 0, LINE_TEXT);
	r->any = true;
	if (r->code) {
		flush_code(r, indent + 2);
	} else {
		size_t first = r->out->n;

		cut_guide(r->text.data);
		manual_wrap(r->out, r->text.data, indent, r->width, LINE_TEXT);
		if (r->bullet[0] && r->out->n > first) {
			struct manual_line *l = &r->out->lines[first];

			l->text = arena_printf(&r->out->arena, "%s%s", r->bullet, l->text);
			l->indent -= (int)strlen(r->bullet);
		}
	}
	r->bullet[0] = '\0';
	buf_reset(&r->text);
}

static void begin_list(struct rendering *r, unsigned number)
{
	flush(r);
	if (!r->depth && r->out->n && r->out->lines[r->out->n - 1].text[0])
		add_line(r->out, "", 0, 0, LINE_TEXT);
	if (r->depth + 1 < LEVELS)
		r->number[++r->depth] = number;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct rendering *r = arg;

	switch (type) {
	case MD_BLOCK_UL:
		begin_list(r, 0);
		break;
	case MD_BLOCK_OL:
		begin_list(r, ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		flush(r);
		if (r->number[r->depth])
			snprintf(r->bullet, sizeof(r->bullet), "%u ", r->number[r->depth]++ % 1000);
		else
			snprintf(r->bullet, sizeof(r->bullet), "- ");
		break;
	case MD_BLOCK_CODE:
		flush(r);
		r->code = true;
		break;
	default:
		flush(r);
	}
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct rendering *r = arg;

	(void)detail;
	flush(r);
	if (type == MD_BLOCK_CODE)
		r->code = false;
	if ((type == MD_BLOCK_UL || type == MD_BLOCK_OL) && r->depth)
		r->depth--;
	return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *arg)
{
	(void)type;
	(void)detail;
	(void)arg;
	return 0;
}

/* Lines of one paragraph are joined with a blank, but not between wide characters. */
static void soft_break(struct rendering *r)
{
	size_t last = char_before(r->text.data, r->text.len);

	if (r->text.len && is_wide_at(r->text.data + last))
		return;
	buf_addc(&r->text, ' ');
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
	struct rendering *r = arg;

	if (type == MD_TEXT_SOFTBR || type == MD_TEXT_BR)
		soft_break(r);
	else if (type != MD_TEXT_NULLCHAR)
		buf_add(&r->text, text, size);
	return 0;
}

/* Stars and underlines are meant as they stand ('*kafka*', min_isr): emphasis would swallow them. Not in code, and not
 * where they begin a list item. */
static void keep_marks(const char *s, struct buf *out)
{
	bool fence = false, code = false, start = true;

	for (; *s; s++) {
		if (start && !strncmp(s, "```", 3))
			fence = !fence;
		if (!fence && *s == '`')
			code = !code;
		if (!fence && !code && (*s == '_' || (*s == '*' && !(start && s[1] == ' '))))
			buf_addc(out, '\\');
		buf_addc(out, *s);
		start = *s == '\n' || (start && *s == ' ');
		if (*s == '\n' && s[1] == '\n')
			code = false;
	}
}

void manual_render(struct manual_lines *l, const char *markdown, int width)
{
	static const MD_PARSER parser = {
	    .flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS,
	    .enter_block = enter_block,
	    .leave_block = leave_block,
	    .enter_span = on_span,
	    .leave_span = on_span,
	    .text = on_text,
	};
	struct rendering r = {.out = l, .width = width < LEAST_WIDTH ? LEAST_WIDTH : width};
	struct buf kept;

	if (!markdown || !*markdown)
		return;
	buf_init(&r.text, TEXT_MAX);
	buf_init(&kept, 8 * TEXT_MAX);
	keep_marks(markdown, &kept);
	md_parse(kept.data, (MD_SIZE)kept.len, &parser, &r);
	buf_release(&kept);
	flush(&r);
	buf_release(&r.text);
}

/* One line of a document by itself: a heading or a command. Returns whether it was one. */
static bool document_line(struct manual_lines *l, const char *text, size_t n, int width)
{
	static const char deep[] = "        ";
	bool heading = n > 3 && (!strncmp(text, "## ", 3) || !strncmp(text, "### ", 4));
	char line[2048];

	if (heading) {
		size_t skip = strspn(text, "# ");

		snprintf(line, sizeof(line), "%.*s", (int)(n - skip), text + skip);
		manual_wrap(l, line, 0, width, LINE_TEXT);
		return true;
	}
	if (strncmp(text, deep, sizeof(deep) - 1) != 0)
		return false;
	snprintf(line, sizeof(line), "$ %.*s", (int)(n - 8), text + 8);
	manual_wrap(l, line, 6, width, LINE_CODE);
	return true;
}

static void document_part(struct manual_lines *l, const char *text, size_t n, int width)
{
	size_t from = l->n;
	struct buf part;

	if (strspn(text, "\n") >= n)
		return;
	buf_init(&part, n + 1);
	buf_add(&part, text, n);
	manual_render(l, part.data, width - 2);
	buf_release(&part);
	for (size_t i = from; i < l->n; i++)
		l->lines[i].indent += 2;
}

void manual_document(struct manual_lines *l, const char *markdown, int width)
{
	const char *from = markdown;

	for (const char *at = markdown; *at;) {
		size_t n = strcspn(at, "\n");
		size_t before = (size_t)(at - from);

		if (strncmp(at, "## ", 3) && strncmp(at, "### ", 4) && strncmp(at, "        ", 8)) {
			at += n + (at[n] == '\n');
			continue;
		}
		document_part(l, from, before, width);
		document_line(l, at, n, width);
		at += n;
		at += strspn(at, "\n");
		from = at;
	}
	document_part(l, from, strlen(from), width);
}
