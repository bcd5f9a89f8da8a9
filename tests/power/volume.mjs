// An ext4 file system in a file, whose power can be cut. It lies on a loop device that
// goes around the page cache: what the file holds is what a disk would, and what was
// only written, not synced, is not in it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// Sparse: it takes what is written.
const BYTES = 1 << 30;
const POLL_MILLISECONDS = 2;

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

export class Volume {
  #image;
  #device;

  // Made and mounted at `directory`/`name`.
  constructor(directory, name) {
    this.path = join(directory, name);
    this.#image = `${this.path}.img`;
    mkdirSync(this.path, { recursive: true });
    writeFileSync(this.#image, "");
    truncateSync(this.#image, BYTES);
    // Nothing is left for later, when the kernel would write it beside the test.
    run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", this.#image);
    this.#mount();
  }

  #mount() {
    this.#device = run("losetup", "--find", "--show", "--direct-io=on", this.#image);
    // By itself the journal commits so seldom that only syncs count.
    run("mount", "-t", "ext4", "-o", "commit=300,noatime", this.#device, this.path);
  }

  // What has been written to the device, and what is under way.
  #writes() {
    const name = this.#device.replace("/dev/", "");
    const fields = readFileSync(`/sys/block/${name}/stat`, "utf8").trim().split(/\s+/);
    return { done: fields[4], flying: Number(fields[8]) };
  }

  // Keeps what the disk holds at this moment. Nobody who writes may run.
  async cut() {
    for (;;) {
      const before = this.#writes();
      run("cp", "--reflink=auto", "--sparse=always", this.#image, `${this.#image}.cut`);
      const after = this.#writes();
      if (before.flying === 0 && after.flying === 0 && before.done === after.done) return;
      await sleep(POLL_MILLISECONDS);
    }
  }

  // The file system as it was at the cut, after what a machine does when it starts.
  // Nobody may use the old one.
  restore() {
    this.unmount();
    renameSync(`${this.#image}.cut`, this.#image);
    try {
      run("e2fsck", "-p", this.#image);
    } catch (error) {
      // 1: the journal was replayed, or something small was mended.
      if (error.status !== 1) throw error;
    }
    this.#mount();
  }

  unmount() {
    if (this.#device === undefined) return;
    run("umount", this.path);
    run("losetup", "--detach", this.#device);
    this.#device = undefined;
  }
}
