# Completion of bash, from the tables of the command line.
completiondir = $(datadir)/bash-completion/completions
nodist_completion_DATA = data/completion/mqduty
EXTRA_DIST += data/completion/mqduty.bash.in
CLEANFILES += $(nodist_completion_DATA)

data/completion/mqduty: $(srcdir)/data/completion/mqduty.bash.in man/mkman$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) data/completion && ./man/mkman$(EXEEXT) < $(srcdir)/data/completion/mqduty.bash.in > $@-t && mv $@-t $@
