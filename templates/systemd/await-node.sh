#!/bin/sh
# Waits until the node of {{ service.name }} answers: run by its unit after each start, with MAINPID being
# the node's process. systemd runs no ExecStop= for a unit that is stopped meanwhile, but sends SIGTERM
# to the node, once, and to this. It is root's so that systemd has no sandbox to set up for it, in which
# time that signal would be lost.
stopped=
trap 'stopped=1' TERM

# In the background, because a trap waits for what runs in the foreground.
{% if account %}setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups {% if service.hardening %}--no-new-privs {% endif %}-- {% endif %}{{ ready | sh }} "$MAINPID" &
wait "$!"
status=$?
[ -n "$stopped" ] || exit "$status"
kill "$!" 2>/dev/null
exec {{ stop_node | sh }}
