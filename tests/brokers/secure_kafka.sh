# One Apache Kafka in KRaft mode with a listener for each way to be secured, for the tests that source this after
# tests/lab/lib.sh. Ports: $SASL (SASL_SSL: SCRAM, PLAIN), $TLS (SSL, client certificate required), $OLD (SSL, expired
# certificate), $LOGIN (SASL_PLAINTEXT: SCRAM, PLAIN), $OAUTH (SASL_PLAINTEXT: OAUTHBEARER, unsecured tokens),
# $KRB (SASL_PLAINTEXT: GSSAPI; where kdc.sh has a realm up), $OPEN (PLAINTEXT, whoever comes may do all). $MORE_LOG_DIRS: ",DIR..." beside its own. Users: duty ("correct horse") and poor ("no rights").
kafka_pid=

certificates() {
	local dir=$work/certs
	mkdir -p "$dir" && (
		cd "$dir" || exit 1
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
			-subj "/CN=test issuer" -days 30 &&
			cat >ca.conf <<-'C' &&
				[ca]
				default_ca = c
				[c]
				database = index.txt
				new_certs_dir = .
				serial = serial
				default_md = sha256
				policy = p
				unique_subject = no
				[p]
				commonName = supplied
			C
			: >index.txt && echo 01 >serial && printf 'subjectAltName=IP:127.0.0.1\n' >ext || exit 1
		leaf b1 30 && leaf duty 5 && leaf old -3
	) >"$work/certs.log" 2>&1
}

# leaf NAME DAYS: NAME.pem, NAME.key and both in NAME.both.
leaf() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" &&
		openssl ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -in "$1.csr" -out "$1.pem" -extfile ext -notext \
			-startdate "$(date -u -d '-10 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$2 days 1 hour" +%Y%m%d%H%M%SZ)" &&
		cat "$1.key" "$1.pem" >"$1.both"
}

kafka_java() {
	${EXEC-} java ${KRB5_CONFIG:+-Djava.security.krb5.conf="$KRB5_CONFIG"} -Xmx"${HEAP:-256m}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Djava.io.tmpdir="$work/kafka" \
		-Dlog4j.configuration="file:$work/kafka/log4j.properties" \
		-Dlog4j2.configurationFile="$work/kafka/log4j2.properties" -cp "$libs/*" "$@"
}

kafka_config() {
	local c=$work/certs module=org.apache.kafka.common.security krb= krb_map=
	read -r OPEN CTL SASL TLS OLD LOGIN OAUTH KRB <<<"$(free_ports 8)"
	[ -z "${kdc_pid-}" ] || { krb=,KRB://127.0.0.1:$KRB && krb_map=,KRB:SASL_PLAINTEXT; }
	mkdir -p "$work/kafka/data"
	cat >"$work/kafka/server.properties" <<-C
		process.roles=broker,controller
		node.id=1
		controller.quorum.voters=1@127.0.0.1:$CTL
		listeners=OPEN://127.0.0.1:$OPEN,CONTROLLER://127.0.0.1:$CTL,SASL://127.0.0.1:$SASL,TLS://127.0.0.1:$TLS,OLD://127.0.0.1:$OLD,LOGIN://127.0.0.1:$LOGIN,OAUTH://127.0.0.1:$OAUTH$krb
		advertised.listeners=OPEN://127.0.0.1:$OPEN,SASL://127.0.0.1:$SASL,TLS://127.0.0.1:$TLS,OLD://127.0.0.1:$OLD,LOGIN://127.0.0.1:$LOGIN,OAUTH://127.0.0.1:$OAUTH$krb
		listener.security.protocol.map=OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,TLS:SSL,OLD:SSL,LOGIN:SASL_PLAINTEXT,OAUTH:SASL_PLAINTEXT$krb_map
		controller.listener.names=CONTROLLER
		inter.broker.listener.name=OPEN
		log.dirs=$work/kafka/data${MORE_LOG_DIRS-}
		offsets.topic.replication.factor=1
		offsets.topic.num.partitions=2
		transaction.state.log.replication.factor=1
		transaction.state.log.min.isr=1
		group.initial.rebalance.delay.ms=0
		num.network.threads=2
		num.io.threads=2
		background.threads=2
		log.cleaner.dedupe.buffer.size=2097152
		authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
		super.users=User:ANONYMOUS
		allow.everyone.if.no.acl.found=false
		connections.max.reauth.ms=6000
		ssl.keystore.type=PEM
		ssl.keystore.location=$c/b1.both
		ssl.truststore.type=PEM
		ssl.truststore.location=$c/ca.pem
		listener.name.tls.ssl.client.auth=required
		listener.name.old.ssl.keystore.type=PEM
		listener.name.old.ssl.keystore.location=$c/old.both
		listener.name.sasl.sasl.enabled.mechanisms=SCRAM-SHA-512,SCRAM-SHA-256,PLAIN
		listener.name.sasl.scram-sha-512.sasl.jaas.config=$module.scram.ScramLoginModule required;
		listener.name.sasl.scram-sha-256.sasl.jaas.config=$module.scram.ScramLoginModule required;
		listener.name.sasl.plain.sasl.jaas.config=$module.plain.PlainLoginModule required user_duty="correct horse";
		listener.name.login.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
		listener.name.login.scram-sha-512.sasl.jaas.config=$module.scram.ScramLoginModule required;
		listener.name.login.plain.sasl.jaas.config=$module.plain.PlainLoginModule required user_duty="correct horse";
		listener.name.oauth.sasl.enabled.mechanisms=OAUTHBEARER
		listener.name.oauth.oauthbearer.sasl.jaas.config=$module.oauthbearer.OAuthBearerLoginModule required;
	C
	[ -z "$krb" ] || cat >>"$work/kafka/server.properties" <<-C
		listener.name.krb.sasl.enabled.mechanisms=GSSAPI
		listener.name.krb.sasl.kerberos.service.name=kafka
		listener.name.krb.gssapi.sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required isInitiator=false useKeyTab=true storeKey=true keyTab="$work/kdc/kafka.keytab" principal="kafka/127.0.0.1@$REALM";
	C
	printf '%s\n' 'log4j.rootLogger=WARN, out' 'log4j.appender.out=org.apache.log4j.ConsoleAppender' \
		'log4j.appender.out.layout=org.apache.log4j.PatternLayout' \
		'log4j.appender.out.layout.ConversionPattern=[%d] %p %m (%c)%n' >"$work/kafka/log4j.properties"
	printf '%s\n' 'rootLogger.level = warn' 'rootLogger.appenderRef.out.ref = out' 'appender.out.type = Console' \
		'appender.out.name = out' 'appender.out.layout.type = PatternLayout' \
		'appender.out.layout.pattern = [%d] %p %m (%c)%n' >"$work/kafka/log4j2.properties"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# secure_kafka_up VERSION
secure_kafka_up() {
	libs=$("$top_srcdir/scripts/fetch-kafka" "$1") && certificates && kafka_config || return 1
	kafka_java kafka.tools.StorageTool format -t "$(kafka_java kafka.tools.StorageTool random-uuid)" \
		-c "$work/kafka/server.properties" \
		--add-scram 'SCRAM-SHA-512=[name=duty,password=correct horse]' \
		--add-scram 'SCRAM-SHA-256=[name=duty,password=correct horse]' \
		--add-scram 'SCRAM-SHA-512=[name=poor,password=no rights]' >"$work/format.log" 2>&1 || return 1
	EXEC=exec HEAP=512m kafka_java kafka.Kafka "$work/kafka/server.properties" >"$work/kafka.log" 2>&1 &
	kafka_pid=$!
	within 60 answers "$SASL"
}

secure_kafka_down() {
	[ -z "$kafka_pid" ] || { kill "$kafka_pid" && wait "$kafka_pid"; } 2>/dev/null
	kafka_pid=
}

acls() {
	local class=kafka.admin.AclCommand
	case $version in 4.*) class=org.apache.kafka.tools.AclCommand ;; esac
	kafka_java $class --bootstrap-server "127.0.0.1:$OPEN" "$@"
}
