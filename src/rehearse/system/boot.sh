# Boots the system at /mnt/root with its init, and ends it hard when standard input closes: its
# process 1 is killed, and nspawn, which waits for that, cleans up and follows. $4 is the first number
# of the system's users on this machine, or empty; the remaining arguments are the cgroups to enter.
# nspawn's own records in /run stay private.
network=$3 first=$4
shift 4
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
for group; do echo $$ >"$group/cgroup.procs"; done
options=()
if [ -n "$first" ]; then
    options+=("--private-users=$first:65536" --private-users-ownership=off)
fi
if [ -z "$network" ]; then
    options+=(--private-network)
fi
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setsid systemd-nspawn --quiet --boot "${options[@]}" \
    --directory=/mnt/root --machine=debian --register=no --keep-unit \
    --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    </dev/null >&2 &
echo $!
read -r _ || true
kill -KILL $(cat /proc/$!/task/$!/children)
for _ in {1..50}; do kill -0 $! || exit 0; sleep 0.1; done 2>/dev/null
kill -KILL $!
