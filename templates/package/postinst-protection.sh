# The protection that preinst has given stays.
case "$1" in
configure)
    rm -f "$DPKG_ROOT/run/{{ package }}.protection"
    ;;
esac
