#include "runtime/export/crash_record.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace triad::reporting {
namespace {

constexpr char kFirst[] = "triad crash 1\n";
constexpr char kLast[] = "end\n";

absl::Status NotARecord() { return absl::InvalidArgumentError("not a whole record of a crash"); }

}  // namespace

// What does not fit is left out: then End is, too, and the record is not whole.
void CrashText::Put(const char* text) {
  for (; *text != '\0' && size_ < bytes_.size(); ++text) bytes_[size_++] = *text;
}

void CrashText::PutNumber(std::uint64_t number, unsigned base) {
  constexpr int kDigits = std::numeric_limits<std::uint64_t>::digits10 + 2;
  char text[kDigits] = {};
  char* first = text + kDigits - 1;
  do {
    *--first = "0123456789abcdef"[number % base];
    number /= base;
  } while (number != 0);
  Put(first);
}

void CrashText::Begin(int signal, std::uintptr_t address, std::int64_t unix_seconds,
                      const char* release) {
  size_ = 0;
  Put(kFirst);
  PutNumber(static_cast<std::uint64_t>(signal), 10);
  Put("\n");
  PutNumber(address, 16);
  Put("\n");
  PutNumber(static_cast<std::uint64_t>(unix_seconds), 10);
  Put("\n");
  Put(release);
  Put("\n");
}

void CrashText::AddFrame(const char* prefix, std::uintptr_t address) {
  Put(prefix);
  Put("0x");
  PutNumber(address, 16);
  Put("\n");
}

void CrashText::End() { Put(kLast); }

absl::StatusOr<CrashRecord> ParseCrashRecord(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kFirst) || !absl::ConsumeSuffix(&text, kLast)) {
    return NotARecord();
  }
  std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  CrashRecord record;
  std::int64_t seconds = 0;
  if (lines.size() < 4 || !absl::SimpleAtoi(lines[0], &record.signal) ||
      !absl::SimpleHexAtoi(lines[1], &record.address) || !absl::SimpleAtoi(lines[2], &seconds)) {
    return NotARecord();
  }
  record.at = absl::FromUnixSeconds(seconds);
  record.release = lines[3];
  record.frames.assign(lines.begin() + 4, lines.end());
  return record;
}

}  // namespace triad::reporting
