# The service stops before its files go. An upgrade does not stop it here.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        deb-systemd-invoke stop '{{ units }}' || true
    fi
    ;;
esac
