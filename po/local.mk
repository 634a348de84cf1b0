# Files of po, for the top-level Makefile.am.
#
# po/mqduty.pot and po/*.po are kept in the source tree and brought up to date with `make update-po`; the catalogues
# are built where msgfmt is, as po/LANG/LC_MESSAGES/mqduty.mo, which is also where a program not installed finds them.
EXTRA_DIST += po/mqduty.pot po/zh_CN.po po/extract

if HAVE_MSGFMT
zh_CNlocaledir = $(localedir)/zh_CN/LC_MESSAGES
nodist_zh_CNlocale_DATA = po/zh_CN/LC_MESSAGES/mqduty.mo
CLEANFILES += $(nodist_zh_CNlocale_DATA)
endif

po/zh_CN/LC_MESSAGES/mqduty.mo: $(srcdir)/po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) po/zh_CN/LC_MESSAGES && $(MSGFMT) --check -o $@ $(srcdir)/po/zh_CN.po

.PHONY: update-po
update-po:
	cd $(srcdir) && sh po/extract po/mqduty.pot
	cd $(srcdir) && msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-wrap --add-location=file \
		po/zh_CN.po po/mqduty.pot
	cd $(srcdir) && msgattrib --no-obsolete --no-wrap -o po/zh_CN.po po/zh_CN.po
