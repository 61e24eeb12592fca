import { arch } from "node:process";

/**
 * Calls that no converter needs and that attacks on the kernel start with, by their number (Linux' syscall tables):
 * name, x86-64, arm64. They fail with EPERM; everything else is left to the namespaces.
 */
const refused: readonly [string, number | undefined, number | undefined][] = [
  ["ptrace", 101, 117],
  ["process_vm_readv", 310, 270],
  ["process_vm_writev", 311, 271],
  ["mount", 165, 40],
  ["umount2", 166, 39],
  ["pivot_root", 155, 41],
  ["chroot", 161, 51],
  ["unshare", 272, 97],
  ["setns", 308, 268],
  ["open_tree", 428, 428],
  ["move_mount", 429, 429],
  ["fsopen", 430, 430],
  ["fsmount", 432, 432],
  ["mount_setattr", 442, 442],
  ["bpf", 321, 280],
  ["perf_event_open", 298, 241],
  ["userfaultfd", 323, 282],
  ["io_uring_setup", 425, 425],
  ["io_uring_enter", 426, 426],
  ["io_uring_register", 427, 427],
  ["keyctl", 250, 219],
  ["add_key", 248, 217],
  ["request_key", 249, 218],
  ["init_module", 175, 105],
  ["finit_module", 313, 273],
  ["delete_module", 176, 106],
  ["kexec_load", 246, 104],
  ["reboot", 169, 142],
  ["swapon", 167, 224],
  ["swapoff", 168, 225],
  ["acct", 163, 89],
  ["quotactl", 179, 60],
  ["open_by_handle_at", 304, 265],
  ["personality", 135, 92],
  ["modify_ldt", 154, undefined],
  ["iopl", 172, undefined],
  ["ioperm", 173, undefined],
];

const load = 0x20;
const jumpEqual = 0x15;
const jumpGreaterOrEqual = 0x35;
const give = 0x06;
const allow = 0x7fff0000;
const refuse = 0x00050001;
const kill = 0x80000000;

/**
 * The filter as classic BPF for bubblewrap's `--seccomp`, or undefined on another architecture. Calls of another
 * architecture (32-bit, x32) kill the process, since their numbers mean something else.
 */
export function seccompFilter(): Buffer | undefined {
  const column = arch === "x64" ? 1 : arch === "arm64" ? 2 : undefined;
  if (column === undefined) return undefined;
  const audit = arch === "x64" ? 0xc000003e : 0xc00000b7;
  const numbers = refused.map((row) => row[column]).filter((number) => number !== undefined) as number[];
  const program: [number, number, number, number][] = [
    [load, 0, 0, 4],
    [jumpEqual, 1, 0, audit],
    [give, 0, 0, kill],
    [load, 0, 0, 0],
    [jumpGreaterOrEqual, 0, 1, 0x40000000],
    [give, 0, 0, kill],
    ...numbers.map((number, index): [number, number, number, number] => [
      jumpEqual,
      numbers.length - index,
      0,
      number,
    ]),
    [give, 0, 0, allow],
    [give, 0, 0, refuse],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, yes, no, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}
