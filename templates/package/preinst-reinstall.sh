# postinst cannot tell an upgrade from an installation over the configuration files of an earlier
# one: this tells it.
case "$1" in
install)
    if [ -n "$2" ]; then
        : >"$DPKG_ROOT/run/{{ package }}.reinstalled"
    fi
    ;;
upgrade)
    rm -f "$DPKG_ROOT/run/{{ package }}.reinstalled"
    ;;
esac
