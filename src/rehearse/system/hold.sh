# Becomes process 1 of a system without init, whose view is at /mnt/root. bash, because it buries the
# orphans that end up with process 1; start-stop-daemon would take a dead daemon for a living one.
# Of a mount that came from another user namespace, only a mount upon it can become the root.
mount --rbind /mnt/root /mnt/root
cd /mnt/root || exit
mount -t proc proc proc
# Refused to a user namespace that shares the network of the machine.
mount -t sysfs -o ro sysfs sys || :
mount -t tmpfs -o mode=0755 tmpfs dev
device() {
    # A user namespace can make no devices, but show those of the machine that are everybody's.
    if ! mknod -m 0666 "dev/$1" c "$2" "$3" 2>/dev/null; then
        : >"dev/$1"
        mount --bind "/dev/$1" "dev/$1"
    fi
}
device null 1 3
device zero 1 5
device full 1 7
device random 1 8
device urandom 1 9
device tty 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,gid=5,mode=0620,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=0755 tmpfs run
mkdir -m 1777 run/lock
mount -t tmpfs -o mode=1777 tmpfs tmp
ip link set lo up
hostname debian || echo debian >/proc/sys/kernel/hostname
pivot_root . mnt
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec chroot . bash -c 'umount -l /mnt; echo ready; exec >/dev/null 2>&1; read -r _'
