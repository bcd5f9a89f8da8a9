#include "runtime/database/sqlite/files.h"

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "runtime/database/sqlite/page.h"

namespace triad::db::sqlite {
namespace {

constexpr char kName[] = "triad";

// What SQLite opens files with by itself: tests put another in its place.
sqlite3_vfs* Default() { return sqlite3_vfs_find(nullptr); }

// Kept behind what SQLite keeps of a file.
struct Methods {
  const sqlite3_io_methods* plain;
  sqlite3_io_methods own;
};

std::size_t PlaceOfMethods() {
  static const std::size_t place = [] {
    std::size_t size = static_cast<std::size_t>(Default()->szOsFile);
    return (size + alignof(Methods) - 1) / alignof(Methods) * alignof(Methods);
  }();
  return place;
}

Methods& MethodsOf(sqlite3_file* file) {
  return *reinterpret_cast<Methods*>(reinterpret_cast<char*>(file) + PlaceOfMethods());
}

// SQLite writes whole pages, and to a new database its first one before others.
int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const sqlite3_io_methods& plain = *MethodsOf(file).plain;
  if (count < 512 || offset % count != 0) return plain.xWrite(file, bytes, count, offset);
  thread_local std::string page;
  page.assign(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
  OverwriteGap(page.data(), page.size(), static_cast<std::size_t>(offset / count) + 1);
  return plain.xWrite(file, page.data(), count, offset);
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* opened) {
  sqlite3_vfs* plain = Default();
  int code = plain->xOpen(plain, name, file, flags, opened);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  Methods& methods = MethodsOf(file);
  methods.plain = file->pMethods;
  methods.own = *file->pMethods;
  methods.own.xWrite = Write;
  file->pMethods = &methods.own;
  return code;
}

bool Register() {
  static sqlite3_vfs files = *Default();
  files.zName = kName;
  files.szOsFile = static_cast<int>(PlaceOfMethods() + sizeof(Methods));
  files.pNext = nullptr;
  files.xOpen = Open;
  return sqlite3_vfs_register(&files, /*makeDflt=*/0) == SQLITE_OK;
}

}  // namespace

const char* FilesWithoutGaps() {
  static const bool registered = Register();
  // Where it could not be, SQLite says that there is no such VFS.
  static_cast<void>(registered);
  return kName;
}

}  // namespace triad::db::sqlite
