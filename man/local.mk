# Files of man, for the top-level Makefile.am. The pages are made at build time from the program's own tables.
noinst_PROGRAMS += man/mkman
man_mkman_SOURCES = man/mkman.c
man_mkman_LDADD = libmqui.a libmqcore.a $(NCURSES_LIBS) $(MQ_LIBS)

MAN_PAGES = man/mqduty.1 man/mqduty.yaml.5 man/mqduty-canary.1 man/mqduty-lab.1
nodist_man_MANS = $(MAN_PAGES)
EXTRA_DIST += man/mqduty.1.in man/mqduty.yaml.5.in man/mqduty-canary.1.in man/mqduty-lab.1.in man/lab-help.awk
CLEANFILES += $(MAN_PAGES) man/lab-help.txt

man/mqduty.1: $(srcdir)/man/mqduty.1.in man/mkman$(EXEEXT)
	$(AM_V_GEN)./man/mkman$(EXEEXT) < $(srcdir)/man/mqduty.1.in > $@-t && mv $@-t $@

man/mqduty.yaml.5: $(srcdir)/man/mqduty.yaml.5.in man/mkman$(EXEEXT)
	$(AM_V_GEN)./man/mkman$(EXEEXT) < $(srcdir)/man/mqduty.yaml.5.in > $@-t && mv $@-t $@

man/mqduty-canary.1: $(srcdir)/man/mqduty-canary.1.in man/mkman$(EXEEXT)
	$(AM_V_GEN)./man/mkman$(EXEEXT) < $(srcdir)/man/mqduty-canary.1.in > $@-t && mv $@-t $@

man/mqduty-lab.1: $(srcdir)/man/mqduty-lab.1.in $(srcdir)/man/lab-help.awk mqduty-lab$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && ./mqduty-lab$(EXEEXT) --help > man/lab-help.txt && \
		$(AWK) -v HELP=man/lab-help.txt -v VERSION='$(PACKAGE_VERSION)' -f $(srcdir)/man/lab-help.awk \
		$(srcdir)/man/mqduty-lab.1.in > $@-t && mv $@-t $@
