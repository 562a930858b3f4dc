#!/bin/sh
# Stops the node of {{ service.name }}, MAINPID being its process. Erlang's runtime drops a SIGTERM that
# comes before it listens for signals, so it gets one every two seconds.
tries=0
while [ "$tries" -lt 200 ] && kill -0 "$MAINPID" 2>/dev/null; do
    if [ "$((tries % 20))" -eq 0 ]; then
        kill -TERM "$MAINPID" 2>/dev/null
    fi
    tries=$((tries + 1))
    sleep 0.1
done
exit 0
