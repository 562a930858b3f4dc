# The secret that Erlang nodes know each other by: made on this machine, once.
case "$1" in
configure)
{%- if cookie_environment %}
    cookie=$DPKG_ROOT{{ cookie_environment | sh }}
    if [ ! -e "$cookie" ] && [ ! -L "$cookie" ]; then
        mkdir -p "${cookie%/*}"
        (
            umask 0077
            secret=$(head -c 48 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
            echo "RELEASE_COOKIE=$secret" >"$cookie.new"
            chown "0:$(number_of group {{ group | sh }})" "$cookie.new"
            chmod 0640 "$cookie.new"
            mv "$cookie.new" "$cookie"
        )
    fi
{%- else %}
    # Its directory is the service's, so it is the service's user who writes there. The shell makes
    # a new file only (-C): no link is followed, no cookie replaced.
    # shellcheck disable=SC2016
    if [ -z "$DPKG_ROOT" ] && [ -d {{ directories.state | sh }} ]; then
        {% if account %}setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups -- {% endif %}sh -eC -c '
            cd "$1"
            if [ ! -e .erlang.cookie ]; then
                umask 0377
                secret=$(head -c 48 /dev/urandom | base64 | tr -dc "A-Za-z0-9")
                printf %s "$secret" >.erlang.cookie || rm -f .erlang.cookie
            fi' sh {{ directories.state | sh }} ||
            echo "{{ package }}: no cookie was made in {{ directories.state }}; the node will make one" >&2
    fi
{%- endif %}
    ;;
esac
