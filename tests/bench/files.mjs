// Files to send, of bytes that nobody was ever sent: what equals something that is stored is
// stored no more, which would not be what is measured.
import { randomBytes } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

const MEBIBYTE = 2 ** 20;
const MARK_BYTES = 16;

export function randomFile(path, bytes) {
  const file = openSync(path, "w");
  for (let written = 0; written < bytes; written += MEBIBYTE) {
    writeSync(file, randomBytes(Math.min(MEBIBYTE, bytes - written)));
  }
  closeSync(file);
}

// Makes each MiB of such a file, a whole number of them, another one.
export function refresh(path, bytes) {
  const file = openSync(path, "r+");
  for (let place = 0; place < bytes; place += MEBIBYTE) {
    writeSync(file, randomBytes(MARK_BYTES), 0, MARK_BYTES, place);
  }
  closeSync(file);
}
