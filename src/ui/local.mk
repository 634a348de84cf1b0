# Files of src/ui, for the top-level Makefile.am.
libmqui_a_SOURCES += \
	src/ui/canvas.c src/ui/canvas.h \
	src/ui/cell_value.c \
	src/ui/colour.c \
	src/ui/chrome.h \
	src/ui/filter.c src/ui/filter.h \
	src/ui/graph.c \
	src/ui/row_list.c \
	src/ui/table_order.c \
	src/ui/theme.c src/ui/theme.h \
	src/ui/theme_file.c \
	src/ui/widget_table.c src/ui/widget_table.h \
	src/ui/view.h
EXTRA_DIST += src/ui/README
