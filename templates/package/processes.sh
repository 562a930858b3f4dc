# Processes are known by what the kernel says of them, never by what they say of themselves. All that
# is printed of them is their numbers: no name and no argument can pass for one. A number could belong
# to another process by the time of its signal, which follows at once: the shell knows no better way.
release=$(readlink -m {{ directories.release | sh }})
below_release=$(printf %s "$release" | sed 's/[][*?\\]/\\&/g')

# Prints the processes that execute a program of such a path, be it deleted by now.
executing() { # PATTERN...
    for pattern; do
        set -- "$@" -o -lname "$pattern" -o -lname "$pattern (deleted)"
        shift
    done
    shift
    (cd /proc && find [0-9]*/exe -maxdepth 0 \( "$@" \) -printf '%h\n' 2>/dev/null) || true
}

# Passes on those of this system. In a container or in a chroot a program has the same path, but the
# root directory is another one. A /proc that is not of this namespace has other numbers.
of_this_system() {
    root=$(stat -L -c %d:%i /proc/self/root) || return 0
    [ "$(readlink /proc/self/ns/pid)" = "$(readlink "/proc/$$/ns/pid")" ] || return 0
    while read -r pid; do
        if [ "$(stat -L -c %d:%i "/proc/$pid/root")" = "$root" ]; then
            echo "$pid"
        fi
    done
} 2>/dev/null

# Prints the number of the user that a process runs as, unless it is under way from one to another: a
# setuid program has the arguments of whoever called it.
user_of() { # PID
    sed -n 's/^Uid:\t\([0-9]*\)\t\1\t\1\t\1$/\1/p' "/proc/$1/status" 2>/dev/null || true
}
{#- the including template ends this line -#}
