# The arguments of dpkg, whatever becomes of "$@".
reldeb_arguments=$(for argument; do printf '%s\n' "$argument"; done |
    LC_ALL=C sed "s/'/'\\\\''/g; s/.*/'&'/" | tr '\n' ' ')

# What the package itself does finds dpkg's programs, wherever the script looks for its own.
reldeb_path=$PATH

# Runs what the package itself does, which is read from descriptor 9, in a process of its own.
# shellcheck disable=SC2120
reldeb_part() {
    eval "set -- $reldeb_arguments"
    # shellcheck disable=SC2016
    PATH=$reldeb_path {% for word in part_interpreter %}{{ word | sh }} {% endfor %}-c 'cd / && umask 022 && part=$(cat <&9) && [ -n "$part" ] || exit
        exec 9<&-
        eval "$part"' "$0" "$@"
}
