// Structured logs on stdout, one line per event.
//
//   log::Info("entry written", {{"name", name}, {"revision", revision}});
//
// json: {"time":"2026-01-02T03:04:05.678Z","level":"info","service":"triad-config",
//        "message":"entry written","name":"…","revision":7}
// text: 03:04:05.678 INFO  entry written name=… revision=7
//
// A line of a thread that works for a request says which: `request_id` and
// `trace_id` are added unless they are among the fields.
//
// Values are escaped, so that no input forges a line. Never log a secret's
// value. Thread-safe; before Init, lines go there as text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad {
class ErrorSink;
}

namespace triad::log {

enum class Level { kDebug, kInfo, kWarning, kError };

// A name and a value; keeps references only for the length of the call.
class Field {
 public:
  Field(absl::string_view name, absl::string_view value) : name_(name), value_(value) {}
  Field(absl::string_view name, const char* value)
      : name_(name), value_(absl::string_view(value)) {}
  Field(absl::string_view name, const std::string& value)
      : name_(name), value_(absl::string_view(value)) {}
  Field(absl::string_view name, double value) : name_(name), value_(value) {}
  Field(absl::string_view name, bool value) : name_(name), value_(value) {}
  template <typename T,
            std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Field(absl::string_view name, T value) : name_(name), value_(static_cast<std::int64_t>(value)) {}

  absl::string_view name() const { return name_; }
  const std::variant<absl::string_view, std::int64_t, double, bool>& value() const {
    return value_;
  }

 private:
  absl::string_view name_;
  std::variant<absl::string_view, std::int64_t, double, bool> value_;
};

using Fields = std::initializer_list<Field>;

struct Options {
  std::string service;          // in every line
  std::string level = "info";   // debug, info, warning, error
  std::string format = "text";  // text, json
};

// Once, at start. INVALID_ARGUMENT, naming the flag, for a bad level or format.
absl::Status Init(const Options& options);
// Writes out what is buffered, within a second; the last thing a process does.
void Flush();
// The same in the handler of a signal that ends the process.
void FlushAtCrash();
// Lines that were dropped because nobody read what came before them: whoever logs never
// waits for the reader. A line says so once there is room.
std::int64_t DroppedLines();

// From now on lines of level error are reported too; nullptr ends that, once no
// line is being reported. `sink` must not log errors.
void ReportErrorsTo(ErrorSink* sink);

bool Enabled(Level level);
void Write(Level level, absl::string_view message, Fields fields);

inline void Debug(absl::string_view message, Fields fields = {}) {
  if (Enabled(Level::kDebug)) Write(Level::kDebug, message, fields);
}
inline void Info(absl::string_view message, Fields fields = {}) {
  if (Enabled(Level::kInfo)) Write(Level::kInfo, message, fields);
}
inline void Warning(absl::string_view message, Fields fields = {}) {
  if (Enabled(Level::kWarning)) Write(Level::kWarning, message, fields);
}
inline void Error(absl::string_view message, Fields fields = {}) {
  Write(Level::kError, message, fields);
}

}  // namespace triad::log
