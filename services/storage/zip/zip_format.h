// The format of zip archives (PKWARE's APPNOTE, 6.3.10), as far as it takes to write one from
// its beginning to its end.
//
// The CRC-32 of a file is known only once its content was sent, so it stands behind the content,
// in a data descriptor. For a reader that does not seek the content must then tell by itself
// where it ends. So it is written as deflate's stored blocks, which is what every reader of
// streams understands: the bytes are as they are, with five more before each block. Thereby the
// size of an archive is known before its first byte.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/storage/checksums/crc.h"

namespace triad::storage {

// A file of an archive.
struct ZipEntry {
  std::string path;
  std::int64_t size = 0;
  absl::Time time = {};
  std::int64_t offset = 0;  // in the archive, of its header
  Crc32 crc = {};           // of its content, once that was written
};

// Content is written in blocks of this size; the last one may be smaller.
inline constexpr std::int64_t kZipBlockBytes = 32 << 10;

// Bytes that content of `size` bytes takes.
std::int64_t ZipContentBytes(std::int64_t size);
// Appends whole blocks; with `is_last` also what is less than one, be it nothing.
void AppendZipContent(absl::string_view bytes, bool is_last, std::string& archive);

// What stands before the content, behind it, and in the directory at the end. Their lengths
// depend on path, size, time and offset alone.
std::string ZipFileHeader(const ZipEntry& entry);
std::string ZipDataDescriptor(const ZipEntry& entry);
std::string ZipDirectoryHeader(const ZipEntry& entry);

// What stands behind the directory: of so many files, of so many bytes, beginning there.
std::string ZipEnd(std::int64_t files, std::int64_t bytes, std::int64_t offset);

}  // namespace triad::storage
