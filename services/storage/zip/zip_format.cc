#include "services/storage/zip/zip_format.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "absl/time/civil_time.h"

namespace triad::storage {
namespace {

// What a field of 32 or 16 bits says when the number stands in one of 64.
constexpr std::int64_t kElsewhere32 = 0xFFFFFFFF;
constexpr std::int64_t kElsewhere16 = 0xFFFF;

constexpr std::int64_t kBlockHeaderBytes = 5;

constexpr int kVersion = 20;                       // deflate
constexpr int kVersionZip64 = 45;                  // numbers of 64 bits
constexpr int kMadeBy = (3 << 8) | kVersionZip64;  // by a Unix
constexpr int kFlags = 1 << 3 | 1 << 11;           // data descriptor, names in UTF-8
constexpr int kDeflate = 8;
constexpr std::int64_t kRegularFile = std::int64_t{0100644} << 16;
constexpr int kExtraZip64 = 0x0001;
constexpr int kExtraTime = 0x5455;

// Numbers with their least significant byte first.
class Fields {
 public:
  Fields& Put16(std::int64_t value) { return Put(value, 2); }
  Fields& Put32(std::int64_t value) { return Put(value, 4); }
  Fields& Put64(std::int64_t value) { return Put(value, 8); }
  Fields& PutText(absl::string_view text) {
    bytes_.append(text.data(), text.size());
    return *this;
  }
  std::string Take() { return std::move(bytes_); }

 private:
  Fields& Put(std::int64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i)));
    return *this;
  }
  std::string bytes_;
};

bool NeedsZip64(const ZipEntry& entry) { return ZipContentBytes(entry.size) >= kElsewhere32; }

int VersionFor(bool zip64) { return zip64 ? kVersionZip64 : kVersion; }

// In UTC, from 1980 to 2107, to two seconds.
std::int64_t DosTime(absl::Time time) {
  absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  civil = std::clamp(civil, absl::CivilSecond(1980), absl::CivilSecond(2107, 12, 31, 23, 59, 58));
  std::int64_t date = (civil.year() - 1980) << 9 | civil.month() << 5 | civil.day();
  return date << 16 | civil.hour() << 11 | civil.minute() << 5 | civil.second() / 2;
}

// The time to a second, where it fits into 32 bits.
std::string TimeExtra(absl::Time time) {
  std::int64_t seconds = absl::ToUnixSeconds(time);
  if (seconds < 0 || seconds > std::numeric_limits<std::int32_t>::max()) return "";
  return Fields()
      .Put16(kExtraTime)
      .Put16(5)
      .PutText(absl::string_view("\x01", 1))
      .Put32(seconds)
      .Take();
}

std::string Zip64Extra(const std::string& numbers) {
  if (numbers.empty()) return "";
  return Fields()
      .Put16(kExtraZip64)
      .Put16(static_cast<std::int64_t>(numbers.size()))
      .PutText(numbers)
      .Take();
}

std::int64_t LengthOf(const std::string& text) { return static_cast<std::int64_t>(text.size()); }

}  // namespace

std::int64_t ZipContentBytes(std::int64_t size) {
  std::int64_t blocks = std::max<std::int64_t>(1, (size + kZipBlockBytes - 1) / kZipBlockBytes);
  return size + blocks * kBlockHeaderBytes;
}

void AppendZipContent(absl::string_view bytes, bool is_last, std::string& archive) {
  do {
    absl::string_view block = bytes.substr(0, kZipBlockBytes);
    bytes.remove_prefix(block.size());
    auto length = static_cast<std::int64_t>(block.size());
    archive.push_back(is_last && bytes.empty() ? 1 : 0);
    archive += Fields().Put16(length).Put16(~length).Take();
    archive.append(block.data(), block.size());
  } while (!bytes.empty());
}

std::string ZipFileHeader(const ZipEntry& entry) {
  bool zip64 = NeedsZip64(entry);
  std::int64_t unknown = zip64 ? kElsewhere32 : 0;
  std::string extra =
      TimeExtra(entry.time) + Zip64Extra(zip64 ? Fields().Put64(0).Put64(0).Take() : "");
  return Fields()
      .Put32(0x04034b50)
      .Put16(VersionFor(zip64))
      .Put16(kFlags)
      .Put16(kDeflate)
      .Put32(DosTime(entry.time))
      .Put32(0)  // the CRC
      .Put32(unknown)
      .Put32(unknown)
      .Put16(LengthOf(entry.path))
      .Put16(LengthOf(extra))
      .PutText(entry.path)
      .PutText(extra)
      .Take();
}

std::string ZipDataDescriptor(const ZipEntry& entry) {
  Fields fields;
  fields.Put32(0x08074b50).Put32(entry.crc.value());
  if (NeedsZip64(entry)) {
    fields.Put64(ZipContentBytes(entry.size)).Put64(entry.size);
  } else {
    fields.Put32(ZipContentBytes(entry.size)).Put32(entry.size);
  }
  return fields.Take();
}

std::string ZipDirectoryHeader(const ZipEntry& entry) {
  bool large = NeedsZip64(entry);
  bool far = entry.offset >= kElsewhere32;
  Fields numbers;
  if (large) numbers.Put64(entry.size).Put64(ZipContentBytes(entry.size));
  if (far) numbers.Put64(entry.offset);
  std::string extra = TimeExtra(entry.time) + Zip64Extra(numbers.Take());
  return Fields()
      .Put32(0x02014b50)
      .Put16(kMadeBy)
      .Put16(VersionFor(large || far))
      .Put16(kFlags)
      .Put16(kDeflate)
      .Put32(DosTime(entry.time))
      .Put32(entry.crc.value())
      .Put32(large ? kElsewhere32 : ZipContentBytes(entry.size))
      .Put32(large ? kElsewhere32 : entry.size)
      .Put16(LengthOf(entry.path))
      .Put16(LengthOf(extra))
      .Put16(0)  // bytes of a comment
      .Put16(0)  // the disk it is on
      .Put16(0)  // is it text?
      .Put32(kRegularFile)
      .Put32(far ? kElsewhere32 : entry.offset)
      .PutText(entry.path)
      .PutText(extra)
      .Take();
}

std::string ZipEnd(std::int64_t files, std::int64_t bytes, std::int64_t offset) {
  Fields fields;
  if (files >= kElsewhere16 || bytes >= kElsewhere32 || offset >= kElsewhere32) {
    constexpr std::int64_t kRest = 44;  // bytes behind this number
    fields.Put32(0x06064b50).Put64(kRest).Put16(kMadeBy).Put16(kVersionZip64).Put32(0).Put32(0);
    fields.Put64(files).Put64(files).Put64(bytes).Put64(offset);
    fields.Put32(0x07064b50).Put32(0).Put64(offset + bytes).Put32(1);
  }
  return fields.Put32(0x06054b50)
      .Put16(0)
      .Put16(0)
      .Put16(std::min(files, kElsewhere16))
      .Put16(std::min(files, kElsewhere16))
      .Put32(std::min(bytes, kElsewhere32))
      .Put32(std::min(offset, kElsewhere32))
      .Put16(0)  // bytes of a comment
      .Take();
}

}  // namespace triad::storage
