# Hook {{ hook.event }}, from {{ hook.origin | line }}.
{%- if hook.event == "before-first-install" %}
if [ "$1" = install ] && [ -z "$2" ]; then
    export old_version='' new_version={{ version | sh }}
{%- elif hook.event == "before-upgrade" %}
if [ "$1" = upgrade ] && [ "$2" != {{ version | sh }} ]; then
    export old_version="$2" new_version={{ version | sh }}
{%- elif hook.event == "before-reinstall" %}
if { [ "$1" = install ] && [ -n "$2" ]; } || { [ "$1" = upgrade ] && [ "$2" = {{ version | sh }} ]; }; then
    export old_version="$2" new_version={{ version | sh }}
{%- elif hook.event == "after-first-install" %}
if [ "$1" = configure ] && [ -z "$2" ]; then
    export old_version='' new_version={{ version | sh }}
{%- elif hook.event == "after-upgrade" %}
if [ "$1" = configure ] && [ -n "$2" ] && [ "$2" != {{ version | sh }} ] &&
    [ ! -e "$DPKG_ROOT/run/{{ package }}.reinstalled" ]; then
    export old_version="$2" new_version={{ version | sh }}
{%- elif hook.event == "after-reinstall" %}
if [ "$1" = configure ] && [ -n "$2" ] &&
    { [ "$2" = {{ version | sh }} ] || [ -e "$DPKG_ROOT/run/{{ package }}.reinstalled" ]; }; then
    export old_version="$2" new_version={{ version | sh }}
{%- elif hook.event == "on-trigger" %}
if [ "$1" = triggered ]; then
    export old_version={{ version | sh }} new_version={{ version | sh }} trigger_names="$2"
{%- elif hook.event == "before-purge" or hook.event == "after-purge" %}
if [ "$1" = purge ]; then
    export old_version={{ version | sh }} new_version=''
{%- else %}
if [ "$1" = remove ]; then
    export old_version={{ version | sh }} new_version=''
{%- endif %}
    set +e
    (
        set -e
{{ hook.script }}
    )
    hook_status=$?
    set -e
    if [ "$hook_status" -ne 0 ]; then
        echo "{{ package }}: hook {{ hook.event }} of" {{ hook.origin | sh }} "failed with status $hook_status" >&2
        exit "$hook_status"
    fi
{%- if hook.event == "after-reinstall" %}
    rm -f "$DPKG_ROOT/run/{{ package }}.reinstalled"
{%- elif hook.event == "on-trigger" %}
    exit 0
{%- endif %}
fi
