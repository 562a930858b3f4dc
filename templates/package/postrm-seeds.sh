case "$1" in
remove | purge | abort-install)
    rm -f "$DPKG_ROOT"/var/lib/misc/{{ package }}.seeds
    ;;
esac
