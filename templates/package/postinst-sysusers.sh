# Users and groups of sysusers.d(5), which systemd otherwise makes at the next boot.
case "$1" in
configure)
    systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"}{% for name in paths.snippets.sysusers %} {{ name | sh }}{% endfor %}
    ;;
esac
