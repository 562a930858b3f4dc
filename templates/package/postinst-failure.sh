# Tells that the service does not serve: the end of its log, and the way back.
tell_failure() { # FACT PLACE-OF-LOG OLD-VERSION; the log on standard input
    echo "{{ package }}: {{ service.name }} {{ version }} $1; the end of its log ($2):" >&2
    # Nothing that a terminal takes for a command.
    LC_ALL=C tr -d '\000-\010\013-\037\177' |
        LC_ALL=C sed 's/\o302[\o200-\o237]//g; /^[[:space:]]*$/d' |
        tail -n 8 | cut -c 1-300 | sed 's/^/    /' >&2
    if [ -n "$3" ] && [ "$3" != {{ version | sh }} ]; then
        echo "{{ package }}: back to the version before: apt install --allow-downgrades {{ package }}=$3," \
            "or with its file ./{{ package }}_${3#*:}_*.deb" >&2
    fi
}
