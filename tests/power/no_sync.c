// Loaded by LD_PRELOAD into a service: what a program looks like that does not sync.
// A test of power cuts that such a service passes proves nothing.
#include <sys/types.h>

int fsync(int file) {
  (void)file;
  return 0;
}

int fdatasync(int file) {
  (void)file;
  return 0;
}

int sync_file_range(int file, off_t offset, off_t count, unsigned int flags) {
  (void)file, (void)offset, (void)count, (void)flags;
  return 0;
}
