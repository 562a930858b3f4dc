# Further groups of the service, where the machine has them.
case "$1" in
configure)
    join_group() { # NAME
        if getent group "$1" >/dev/null && ! id -nG {{ user | sh }} | tr ' ' '\n' | grep -qxF "$1"; then
            usermod --append --groups "$1" {{ user | sh }}
        fi
    }
    if [ -z "$DPKG_ROOT" ]; then
{%- for name in account.groups %}
        join_group {{ name | sh }}
{%- endfor %}
    fi
    ;;
esac
