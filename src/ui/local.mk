# Files of src/ui, for the top-level Makefile.am.
libmqui_a_SOURCES += \
	src/ui/canvas.c src/ui/canvas.h \
	src/ui/cell_value.c \
	src/ui/chrome.h \
	src/ui/graph.c \
	src/ui/row_list.c \
	src/ui/view.h
EXTRA_DIST += src/ui/README
