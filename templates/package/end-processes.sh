{% include "package/leftovers.sh" %}

# Ends them, within seconds. Erlang's heart is first, because it would start the node again.
end_processes() {
    for pid in $(release_processes | grep '/bin/heart$' | cut -d ' ' -f 1); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    tries=0
    while [ "$tries" -lt 50 ]; do
        left=$(release_processes | cut -d ' ' -f 1)
        [ -n "$left" ] || break
        for pid in $left; do
            if [ "$tries" -eq 0 ]; then
                kill -TERM "$pid" 2>/dev/null || true
            elif [ "$tries" -eq 40 ]; then
                kill -KILL "$pid" 2>/dev/null || true
            fi
        done
        tries=$((tries + 1))
        sleep 0.1
    done
}
{#- the including template ends this line -#}
