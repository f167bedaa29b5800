#!/bin/bash
# Starts the closed broker of docker-compose.yml: writes what server.properties leaves open, formats an empty volume with
# the first user, and becomes the broker. KAFKA_HOME and CONFIGURATION are where the image has them.
set -euo pipefail
umask 077

home=${KAFKA_HOME:-/opt/kafka}
configuration=${CONFIGURATION:-/etc/kafka/bilet}
scram=org.apache.kafka.common.security.scram.ScramLoginModule
plain=org.apache.kafka.common.security.plain.PlainLoginModule

mkdir -p "$configuration"
printf '%s\n' "$BILET_KAFKA_CERTIFICATE_KEY" "$BILET_KAFKA_CERTIFICATE" >"$configuration/broker.pem"
printf '%s\n' "$BILET_KAFKA_CA" >"$configuration/authority.pem"

cat "${PROPERTIES:-/etc/kafka/server.properties}" - >"$configuration/server.properties" <<END
listeners=SASL_SSL://$BILET_KAFKA_LISTENER,CONTROLLER://$BILET_KAFKA_CONTROLLER
advertised.listeners=SASL_SSL://$BILET_KAFKA_BOOTSTRAP
controller.quorum.voters=1@$BILET_KAFKA_CONTROLLER
log.dirs=$BILET_KAFKA_DATA
ssl.keystore.location=$configuration/broker.pem
ssl.truststore.location=$configuration/authority.pem
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=$scram required username="admin" password="$BILET_KAFKA_PASSWORD";
listener.name.controller.plain.sasl.jaas.config=$plain required username="controller" password="$BILET_KAFKA_CONTROLLER_PASSWORD" user_controller="$BILET_KAFKA_CONTROLLER_PASSWORD";
END

cat >"$configuration/client.properties" <<END
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=$scram required username="admin" password="$BILET_KAFKA_PASSWORD";
ssl.truststore.type=PEM
ssl.truststore.location=$configuration/authority.pem
END

if [ ! -e "$BILET_KAFKA_DATA/meta.properties" ]; then
    "$home/bin/kafka-storage.sh" format --cluster-id "$("$home/bin/kafka-storage.sh" random-uuid)" \
        --config "$configuration/server.properties" \
        --add-scram "SCRAM-SHA-512=[name=admin,password=$BILET_KAFKA_PASSWORD]"
fi
exec "$home/bin/kafka-server-start.sh" "$configuration/server.properties"
