# For the tests in this folder: one line a check, "ok" or "not ok"; end with `finish`.
top_builddir=${top_builddir:-build}
lab=$(cd "$top_builddir" && pwd)/mqduty-lab
work=$(mktemp -d "${TMPDIR:-/tmp}/mqduty-lab-test.XXXXXX")
failures=0
# A proxy is for the world outside, not for 127.0.0.1.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY

[ -x "$lab" ] || {
	echo "not ok - $lab is not built"
	exit 1
}

# check WHAT COMMAND...: the command must succeed.
check() {
	local what=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/    /' "$work/out" | tail -n 8
		failures=$((failures + 1))
		return 1
	fi
}

refuses() { ! "$@"; }

# within SECONDS COMMAND...: succeeds as soon as the command does.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

has() { grep -q -- "$1" "$2"; }

# free_ports N: so many, below the range from which Linux takes the ports of outgoing connections: nobody's client lands on
# one before its broker does, or while it is down.
free_ports() {
	python3 - "$1" <<-'P'
		import random, socket, sys
		held = []
		while len(held) < int(sys.argv[1]):
		    s = socket.socket()
		    try:
		        s.bind(("127.0.0.1", random.randrange(15000, 32000)))
		    except OSError:
		        s.close()
		        continue
		    held.append(s)
		print(*[s.getsockname()[1] for s in held])
	P
}

# What scripts/setup installs is there, or the suite has failed: nothing is skipped for it.
need() {
	command -v "$1" >/dev/null && return
	echo "not ok - $1 is not installed: run scripts/setup test"
	exit 1
}

finish() {
	[ $failures = 0 ] || echo "$failures checks failed"
	exit $((failures > 0))
}
