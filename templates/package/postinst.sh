#!/bin/sh
# postinst of {{ package }} {{ version }} runs after its files are unpacked.
# The calls are described in deb-postinst(5) and in the Debian policy, chapter 6.
set -e

case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure) ;;
{%- if hooks | filter(attribute="event", value="on-trigger") %}
triggered) ;;
{%- else %}
triggered)
    # No trigger is waited for.
    exit 0
    ;;
{%- endif %}
*)
    echo "{{ package }} postinst: called with unknown argument \`$1'" >&2
    exit 1
    ;;
esac
