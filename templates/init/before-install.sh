# The system user must be there before the first file is unpacked, because files belong to its
# group. A user or group that is already there stays as it is, but numbers below 100 are Debian's
# own (policy 9.2.2): whose rights a service would have, it does not run as. adduser knows the
# machine's policy, but minimal systems have only useradd; neither can look into another root.
case "$1" in
install | upgrade)
    known() { # DATABASE NAME
        if [ -n "$DPKG_ROOT" ]; then
            grep "^$2:" "$DPKG_ROOT/etc/$1"
        else
            getent "$1" "$2"
        fi | cut -d : -f 3 | grep -x '[0-9]\{1,\}'
    }
    foreign() { # DATABASE NAME WHAT
        if number=$(known "$1" "$2") && [ "$number" -lt 100 ]; then
            echo "{{ package }}: $3 $2 has the number $number and is Debian's own, the {% if has_state %}service{% else %}package{% endif %} needs another" >&2
            return 0
        fi
        return 1
    }
    has_adduser() {
        [ -z "$DPKG_ROOT" ] && command -v adduser >/dev/null && command -v addgroup >/dev/null
    }
    if foreign passwd {{ account.user | sh }} user || foreign group {{ account.group | sh }} group; then
        exit 1
    fi
    if ! known group {{ account.group | sh }} >/dev/null; then
        if has_adduser; then
            addgroup --system --quiet {{ account.group | sh }}
        else
            groupadd --system ${DPKG_ROOT:+--prefix "$DPKG_ROOT"} {{ account.group | sh }}
        fi
    fi
    if ! known passwd {{ account.user | sh }} >/dev/null; then
        if has_adduser; then
            adduser --system --quiet --ingroup {{ account.group | sh }} --no-create-home \
                --home {{ account.home | sh }} --shell /usr/sbin/nologin \
                --gecos {{ account.gecos | sh }} {{ account.user | sh }}
        else
            useradd --system ${DPKG_ROOT:+--prefix "$DPKG_ROOT"} \
                --gid {{ account.group | sh }} --no-create-home \
                --home-dir {{ account.home | sh }} --shell /usr/sbin/nologin \
                --comment {{ account.gecos | sh }} {{ account.user | sh }}
        fi
    fi
    ;;
esac
