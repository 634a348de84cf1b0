/*
 * CPU of one frame with 10,000 lag rows: a new frame taken in, rows asked for and
 * ordered, everything drawn. The median of many, beside the limit of the design.
 */
#include "base/clock.h"
#include "sample_frame.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 51 };

#define LIMIT_MS 2.0

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_frame(int width, int height, struct frame *f, bool fresh)
{
	double took[ROUNDS];
	struct canvas c;
	struct ui ui;
	int y, x;

	ui_init(&ui);
	canvas_init(&c, width, height, false);
	ui_frame(&ui, frame_ref(f));
	ui_go(&ui, PANE_LAG);
	for (int i = 0; i < ROUNDS; i++) {
		double start = cpu_ms();

		if (fresh)
			ui_frame(&ui, frame_ref(f));
		canvas_clear(&c);
		ui_draw(&ui, SAMPLE_BOOT, SAMPLE_WALL, &c, &y, &x);
		took[i] = cpu_ms() - start;
	}
	canvas_release(&c);
	ui_release(&ui);
	qsort(took, ROUNDS, sizeof(took[0]), by_number);
	return took[ROUNDS / 2];
}

int main(void)
{
	static const struct {
		int width, height;
	} sizes[] = {{80, 24}, {200, 50}};
	struct frame *f = sample_frame(SAMPLE_BIG);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double fresh = median_frame(sizes[i].width, sizes[i].height, f, true);
		double again = median_frame(sizes[i].width, sizes[i].height, f, false);

		printf("%dx%d  new data %.2f ms  only the clock %.2f ms  limit %.1f ms%s\n", sizes[i].width,
		    sizes[i].height, fresh, again, LIMIT_MS, fresh > LIMIT_MS ? "  OVER" : "");
	}
	frame_unref(f);
	return 0;
}
