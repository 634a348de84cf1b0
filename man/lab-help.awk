# Puts the rows of `mqduty-lab --help` (HELP=its output in a file) into a man page, in place of @COMMANDS@ and @OPTIONS@.
function man(s) {
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	gsub(/'/, "\\(aq", s)
	gsub(/`/, "\\(ga", s)
	return s
}

function rows(title,    line, on, n) {
	while ((getline line < HELP) > 0) {
		if (line == title) {
			on = 1
		} else if (on && line == "") {
			break
		} else if (on && match(line, /^  [^ ]/)) {
			line = substr(line, 3)
			if (!match(line, /  +/)) {
				print "lab-help.awk: cannot tell the columns of: " line > "/dev/stderr"
				exit 1
			}
			print ".TP\n.B " man(substr(line, 1, RSTART - 1))
			print man(substr(line, RSTART + RLENGTH))
			n++
		} else if (on) {
			sub(/^ +/, "", line)
			print man(line)
		}
	}
	close(HELP)
	if (!n) {
		print "lab-help.awk: no rows under " title > "/dev/stderr"
		exit 1
	}
}

/^@COMMANDS@$/ { rows("Commands:"); next }
/^@OPTIONS@$/ { rows("Options:"); next }
{ gsub(/@VERSION@/, VERSION); print }
