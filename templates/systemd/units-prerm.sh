# The units stop before their files go, those that start others first. What ran is noted, so that it
# runs again if the removal is given up.
{%- if unit_groups.running or unit_groups.user_running %}
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
{%- if unit_groups.running %}
        units_in active,activating,reloading ran{% for unit in unit_groups.patterns %} {{ unit | sh }}{% endfor %} \
            >/run/{{ package }}.units
        deb-systemd-invoke stop{% for unit in unit_groups.running %} {{ unit | sh }}{% endfor %} || true
{%- endif %}
{%- if unit_groups.user_running %}
        deb-systemd-invoke --user stop{% for unit in unit_groups.user_running %} {{ unit | sh }}{% endfor %} >/dev/null 2>&1 || true
{%- endif %}
    fi
    ;;
esac
{%- endif %}
