# The units stop before their files go, those that start others first. What ran is noted, so that it
# runs again if the removal is given up.
{%- if unit_groups.running %}
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        units_in active,activating,reloading ran{% for unit in unit_groups.patterns %} {{ unit | sh }}{% endfor %} \
            >/run/{{ package }}.units
        deb-systemd-invoke stop{% for unit in unit_groups.running %} {{ unit | sh }}{% endfor %} || true
    fi
    ;;
esac
{%- endif %}
