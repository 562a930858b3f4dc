# Names the processes whose program or script lies in the release, a line each: PID PROGRAM. It may be
# there no longer. Those of containers look alike, but live in another mount namespace.
release_processes() {
    here=$(readlink /proc/self/ns/mnt) || return 0
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
        if [ "$(readlink "$process/ns/mnt")" = "$here" ]; then
            echo "${process#/proc/} $program"
        fi
    done 2>/dev/null
}
{#- the including template ends this line -#}
