{% include "package/end-processes.sh" %}

# Whatever else still runs from the release ends with it: a port mapper that an administrator's
# command started, a node that was started by hand.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ]; then
        end_processes
    fi
    ;;
esac
