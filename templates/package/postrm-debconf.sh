# debconf may be gone by now, and its answers after a purge that has failed: an answer is empty then. It runs
# this script a second time, so nothing comes before.
case "$1" in
purge)
    if [ -e /usr/share/debconf/confmodule ]; then
        # shellcheck source=/dev/null
        . /usr/share/debconf/confmodule
        # shellcheck disable=SC2317
        db_get() {
            _db_cmd "GET $*" || {
                set -- "$?"
                # There is no such question.
                [ "$1" -eq 10 ] || return "$1"
                RET=
            }
        }
    else
        # shellcheck disable=SC2034,SC2317
        db_get() {
            RET=
        }
    fi
    ;;
esac
