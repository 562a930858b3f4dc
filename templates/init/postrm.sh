# The init script is a conffile and stays until purge: it must not run without its program.
case "$1" in
abort-install)
    rm -f "$DPKG_ROOT/run/{{ package }}.init"
    ;;
remove)
    rm -f "$DPKG_ROOT/run/{{ package }}.init" "$DPKG_ROOT"{{ failed_file | sh }}
    if [ -f "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        chmod -x "$DPKG_ROOT/etc/init.d/{{ service.name }}"
    fi
    ;;
purge)
    # One that is there is another package's by now.
    [ -e "$DPKG_ROOT/etc/init.d/{{ service.name }}" ] || update-rc.d {{ service.name }} remove >/dev/null || true
    ;;
esac
