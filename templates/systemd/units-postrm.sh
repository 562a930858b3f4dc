# systemd forgets the units; purge also forgets which of them were enabled.
case "$1" in
abort-install)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    ;;
remove)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
{%- if unit_groups.user_running %}
        deb-systemd-invoke --user daemon-reload >/dev/null 2>&1 || true
{%- endif %}
    fi
    ;;
{%- if unit_groups.registered or unit_groups.user_registered or unit_groups.templates %}
purge)
{%- for unit in unit_groups.registered %}
    is_anothers system {{ unit | sh }} || deb-systemd-helper purge {{ unit | sh }} >/dev/null || true
{%- endfor %}
{%- for unit in unit_groups.user_registered %}
    is_anothers user {{ unit | sh }} || deb-systemd-helper --user purge {{ unit | sh }} >/dev/null || true
{%- endfor %}
{%- for template in unit_groups.templates %}
    is_anothers {{ template.manager }} {{ template.unit | sh }} || forget_instances {{ template.manager }} {{ template.unit | sh }}
{%- endfor %}
    ;;
{%- endif %}
esac
