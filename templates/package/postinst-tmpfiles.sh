# Files and directories of tmpfiles.d(5), which systemd otherwise makes at the next boot.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    if command -v systemd-tmpfiles >/dev/null; then
        systemd-tmpfiles ${DPKG_ROOT:+--root="$DPKG_ROOT"} --create{% for name in paths.snippets.tmpfiles %} {{ name | sh }}{% endfor %} || true
    fi
    ;;
esac
