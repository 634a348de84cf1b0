# A Kerberos realm of one's own, for the tests that source this after tests/lab/lib.sh: MIT's KDC on a free port of 127.0.0.1,
# its files under $work/kdc, nothing of the machine's own configuration. $KRB5_CONFIG is set; $work/kdc/NAME.keytab holds the
# keys of each principal. Java reads the same krb5.conf.
kdc_pid=
PATH=$PATH:/usr/sbin
REALM=DUTY.TEST

kdc_config() {
	local dir=$work/kdc
	mkdir -p "$dir"
	KDC=$(free_ports 1)
	# Names as they are: what the DNS of this machine makes of 127.0.0.1 is nobody's business.
	cat >"$dir/krb5.conf" <<-C
		[libdefaults]
		default_realm = $REALM
		dns_lookup_kdc = false
		dns_lookup_realm = false
		dns_canonicalize_hostname = false
		rdns = false
		[realms]
		$REALM = {
		kdc = 127.0.0.1:$KDC
		}
	C
	cat >"$dir/kdc.conf" <<-C
		[kdcdefaults]
		kdc_listen = 127.0.0.1:$KDC
		kdc_tcp_listen = 127.0.0.1:$KDC
		[realms]
		$REALM = {
		database_name = $dir/principal
		key_stash_file = $dir/stash
		}
		[logging]
		kdc = FILE:$dir/log
	C
	export KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf
}

# kdc_principal NAME KEYTAB [OPTION...]
kdc_principal() { kadmin.local -q "addprinc ${3-} -randkey $1" && kadmin.local -q "ktadd -k $work/kdc/$2.keytab $1"; }

kdc_up() {
	kdc_config
	{
		kdb5_util create -s -r $REALM -P "of no use" && kdc_principal kafka/127.0.0.1 kafka &&
			kdc_principal duty duty
	} >"$work/kdc/made" 2>&1 || return 1
	krb5kdc -n >"$work/kdc/out" 2>&1 &
	kdc_pid=$!
	within 20 kdc_answers
}
kdc_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$KDC") 2>/dev/null; }

kdc_down() {
	[ -z "$kdc_pid" ] || { kill -CONT "$kdc_pid" && kill "$kdc_pid" && wait "$kdc_pid"; } 2>/dev/null
	kdc_pid=
}
