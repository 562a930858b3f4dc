# Further groups of the service, where the machine has them.
case "$1" in
configure)
    if [ -z "$DPKG_ROOT" ]; then
        for group in{% for name in account.groups %} {{ name | sh }}{% endfor %}; do
            if getent group "$group" >/dev/null &&
                ! id -nG {{ user | sh }} | tr ' ' '\n' | grep -qxF "$group"; then
                usermod --append --groups "$group" {{ user | sh }}
            fi
        done
    fi
    ;;
esac
