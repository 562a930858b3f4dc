{%- if service.on_upgrade == "stop-start" -%}
# The old version stops before its files go, and what ran is started again after the new one is
# configured, even where the administrator started it without enabling it. If the upgrade fails, the
# postinst of the old version starts it.
case "$1" in
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        running=$(systemctl list-units --plain --no-legend \
            --state=active,activating,reloading '{{ units }}' | cut -d ' ' -f 1)
        echo "$running" >/run/{{ package }}.stopped
        deb-systemd-invoke stop '{{ units }}' || true
    fi
    ;;
esac
{%- endif %}
