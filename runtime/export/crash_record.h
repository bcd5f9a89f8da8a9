// What is known of a process that a signal ended, as the text that its signal
// handler writes. Internal to signal_crash.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::reporting {

struct CrashRecord {
  int signal = 0;
  std::uintptr_t address = 0;  // that could not be used, by SIGSEGV and SIGBUS
  absl::Time at;
  std::string release;  // "0.1.0+abc"
  // The innermost first: "+0x1a2b" from the start of the executable, as addr2line
  // takes it, or "0x7f…" somewhere else.
  std::vector<std::string> frames;
};

// The text, line by line. Every method may be called in a signal handler.
class CrashText {
 public:
  void Begin(int signal, std::uintptr_t address, std::int64_t unix_seconds, const char* release);
  // `prefix` is "+" or "".
  void AddFrame(const char* prefix, std::uintptr_t address);
  // Tells a whole record from one that was cut short.
  void End();

  const char* data() const { return bytes_.data(); }
  std::size_t size() const { return size_; }

 private:
  void Put(const char* text);
  void PutNumber(std::uint64_t number, unsigned base);

  std::array<char, 4096> bytes_;
  std::size_t size_ = 0;
};

// INVALID_ARGUMENT for what is none, or not whole.
absl::StatusOr<CrashRecord> ParseCrashRecord(absl::string_view text);

}  // namespace triad::reporting
