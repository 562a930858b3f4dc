# Prints the port mappers of this release, at a stop its service's alone, and those that releases
# below /opt have left when they were removed. Each serves all nodes of a network, whoever started it.
port_mappers() { # stop | remove
    own=$(id -u {{ user | sh }} 2>/dev/null) || own=0
    for pid in $(executing "$below_release/erts-*/bin/epmd" | of_this_system); do
        if [ "$1" = remove ] || [ "$(user_of "$pid")" = "$own" ]; then
            echo "$pid"
        fi
    done
    # Another user could show such a name in a root of its own: those of system users alone.
    executing '/opt/*/erts-*/bin/epmd (deleted)' | of_this_system | while read -r pid; do
        number=$(user_of "$pid")
        if [ -n "$number" ] && [ "$number" -lt 1000 ]; then
            echo "$pid"
        fi
    done
}

# Whether an Erlang node runs in the network of a process. One that starts has looked for the port
# mapper before it registers.
node_beside() { # PID
    network=$(readlink "/proc/$1/ns/net" 2>/dev/null) || return 1
    for node in $(executing '*/bin/erlexec' '*/bin/beam*'); do
        if [ "$(readlink "/proc/$node/ns/net" 2>/dev/null)" = "$network" ]; then
            return 0
        fi
    done
    return 1
}

# Whether a name is registered. Any version of the program can ask. Where there is none this counts
# as yes; a port that never answers has none.
registered() {
    for epmd in {{ directories.release | sh }}/erts-*/bin/epmd; do
        [ -x "$epmd" ] || continue
        timeout 5 "$epmd" -names 2>/dev/null | grep -q '^name '
        return
    done
}

# Ends the port mapper unless it is in use. A node that runs without being registered starts, or is
# one of those that ask another something: in some seconds it is clear. At a stop a name counts too,
# as that of a program in another language; at a removal it does not, since everybody can register one.
end_port_mapper() { # stop | remove
    tries=0
    deadline=$(($(date +%s) + 5))
    while [ "$(date +%s)" -le "$deadline" ]; do
        left=
        names=
        for pid in $(port_mappers "$1"); do
            left=1
            # It is asked once for all of them.
            if [ -z "$names" ]; then
                if registered; then names=some; else names=none; fi
            fi
            if node_beside "$pid" || { [ "$1" = stop ] && [ "$names" = some ]; }; then
                # The name of a node that has just ended is there for a moment.
                if [ "$tries" -ge 5 ] && [ "$names" = some ]; then
                    return 0
                fi
            elif [ "$tries" -lt 20 ]; then
                kill -TERM "$pid" 2>/dev/null || true
            else
                kill -KILL "$pid" 2>/dev/null || true
            fi
        done
        [ -n "$left" ] || return 0
        tries=$((tries + 1))
        sleep 0.1
    done
}
{#- the including template ends this line -#}
