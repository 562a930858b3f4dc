# Names the processes whose program or script lies in the release, a line each: PID PROGRAM. It may be
# there no longer. Those of containers and of other roots look alike, but are not of this system.
release_processes() {
    place_of() { # PROCESS
        echo "$(readlink "$1/ns/mnt") $(stat -L -c %d:%i "$1/root")"
    }
    [ -e /proc/self/root ] || return 0
    here=$(place_of /proc/self)
    for process in /proc/[0-9]*; do
        program=$(readlink "$process/exe") || continue
        program=${program% (deleted)}
        case "$program" in
        */dash | */bash | */perl | */python*)
            program=$(tr '\0' '\n' <"$process/cmdline" | sed -n 2p) || continue
            ;;
        esac
        case "$program" in
        {{ directories.release | sh }}/*) ;;
        *) continue ;;
        esac
        if [ "$(place_of "$process")" = "$here" ]; then
            echo "${process#/proc/} $program"
        fi
    done 2>/dev/null
}
{#- the including template ends this line -#}
