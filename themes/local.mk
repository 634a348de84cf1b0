# Themes, installed to $(pkgdatadir)/themes and found there or beside the program.
nobase_dist_pkgdata_DATA += \
	themes/contrast.theme \
	themes/default.theme \
	themes/light.theme \
	themes/lines.theme \
	themes/mono.theme \
	themes/okabe-ito.theme
