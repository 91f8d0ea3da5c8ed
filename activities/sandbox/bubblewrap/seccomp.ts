/** Numbers of refused system calls. Docker's default profile refuses the same kinds: namespaces, mounts, kernel modules, keys, tracing of the kernel. */
const refused = {
  x64: [
    // mount, umount2, pivot_root, chroot, unshare, setns, swapon, swapoff, reboot, acct, quotactl, settimeofday, clock_settime
    [165, 166, 155, 161, 272, 308, 167, 168, 169, 163, 179, 164, 227],
    // init_module, finit_module, delete_module, kexec_load, kexec_file_load, syslog, iopl, ioperm, lookup_dcookie
    [175, 313, 176, 246, 320, 103, 172, 173, 212],
    // add_key, request_key, keyctl, bpf, perf_event_open, userfaultfd, name_to_handle_at, open_by_handle_at
    [248, 249, 250, 321, 298, 323, 303, 304],
  ].flat(),
  arm64: [
    [40, 39, 41, 51, 97, 268, 224, 225, 142, 89, 60, 170, 112],
    [105, 273, 106, 104, 294, 116, 18],
    [217, 218, 219, 280, 241, 282, 264, 265],
  ].flat(),
  // io_uring_setup, _enter, _register, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr: the same everywhere
  all: [425, 426, 427, 428, 429, 430, 431, 432, 433, 442],
};

const machines = {
  x64: { audit: 0xc000003e, clone: 56, refused: [...refused.x64, ...refused.all] },
  arm64: { audit: 0xc00000b7, clone: 220, refused: [...refused.arm64, ...refused.all] },
};

const clone3 = 435;
// CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
const namespaceFlags = 0x7e020000;
const x32Bit = 0x40000000;
const allow = 0x7fff0000;
const notPermitted = 0x00050001;
const notImplemented = 0x00050026;

// Classic BPF: codes, and offsets in struct seccomp_data.
const load = 0x20;
const equal = 0x15;
const atLeast = 0x35;
const anyBit = 0x45;
const answer = 0x06;
const offset = { number: 0, machine: 4, firstArgument: 16 };

/** A seccomp filter for bubblewrap's `--seccomp`; undefined on a machine whose numbers are not known here. */
export function seccompFilter(arch: string): Buffer | undefined {
  const machine = arch === 'x64' || arch === 'arm64' ? machines[arch] : undefined;
  if (!machine) return undefined;
  return Buffer.concat([
    step(load, offset.machine),
    step(equal, machine.audit, 1, 0),
    step(answer, notPermitted),
    step(load, offset.number),
    ...when(atLeast, x32Bit, notPermitted),
    ...machine.refused.flatMap((number) => when(equal, number, notPermitted)),
    // Its flags lie in memory, which a filter cannot read; libraries fall back to clone.
    ...when(equal, clone3, notImplemented),
    step(equal, machine.clone, 0, 3),
    step(load, offset.firstArgument),
    ...when(anyBit, namespaceFlags, notPermitted),
    step(answer, allow),
  ]);
}

function when(test: number, value: number, result: number): Buffer[] {
  return [step(test, value, 0, 1), step(answer, result)];
}

function step(code: number, value: number, ifTrue = 0, ifFalse = 0): Buffer {
  const instruction = Buffer.alloc(8);
  instruction.writeUInt16LE(code, 0);
  instruction.writeUInt8(ifTrue, 2);
  instruction.writeUInt8(ifFalse, 3);
  instruction.writeUInt32LE(value, 4);
  return instruction;
}
