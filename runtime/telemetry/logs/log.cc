#include "runtime/telemetry/logs/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <ctime>
#include <iterator>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/logs/buffered_sink.h"
#include "runtime/telemetry/logs/chosen_fields.h"
#include "runtime/telemetry/logs/text.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::log {
namespace {

constexpr absl::Duration kFlushDelay = absl::Milliseconds(250);
// For a reader that does not read, at the end of the process.
constexpr absl::Duration kFlushPatience = absl::Seconds(1);
// Bytes that wait for the reader, beside as many that are on their way.
constexpr std::size_t kCapacity = 1 << 20;

std::string FormatDropped(std::int64_t lines);

struct LevelRow {
  Level level;
  const char* name;    // of the flag and of json
  const char* column;  // of text
};

constexpr LevelRow kLevels[] = {
    {Level::kDebug, "debug", "DEBUG"},
    {Level::kInfo, "info", "INFO "},
    {Level::kWarning, "warning", "WARN "},
    {Level::kError, "error", "ERROR"},
};

const LevelRow& RowOf(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

// Lives to the end of the process, as its writer thread does.
struct State {
  BufferedSink sink{STDOUT_FILENO, kCapacity, FormatDropped};
  std::string service;
  std::atomic<bool> json{false};
  std::atomic<Level> level{Level::kInfo};
  Mutex reporting;
  ErrorSink* errors ABSL_GUARDED_BY(reporting) = nullptr;
  std::once_flag started;
};

State& GetState() {
  static State* const state = new State;
  return *state;
}

// "2026-01-02T03:04:05", laid out once a second per thread, and what follows it.
struct TimeText {
  char date_time[20] = {};
  std::int64_t milliseconds = 0;
};

const TimeText& Now() {
  thread_local TimeText text;
  thread_local std::time_t laid_out = -1;
  std::int64_t now = absl::ToUnixMillis(Clock::System().Now());
  auto second = static_cast<std::time_t>(now / 1000);
  if (second != laid_out) {
    std::tm parts;
    gmtime_r(&second, &parts);
    std::strftime(text.date_time, sizeof(text.date_time), "%Y-%m-%dT%H:%M:%S", &parts);
    laid_out = second;
  }
  text.milliseconds = now % 1000;
  return text;
}

template <typename Number>
void AppendNumber(Number number, std::string& line) {
  char buffer[32];
  auto result = std::to_chars(std::begin(buffer), std::end(buffer), number);
  line.append(buffer, result.ptr);
}

// Appends a value; text as `append_text` does it.
template <typename AppendText>
void AppendValue(const Field& field, std::string& line, AppendText append_text) {
  const auto& value = field.value();
  if (const auto* text = std::get_if<absl::string_view>(&value)) {
    append_text(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    AppendNumber(*number, line);
  } else if (const auto* real = std::get_if<double>(&value)) {
    // JSON has no infinities.
    if (std::isfinite(*real)) {
      AppendNumber(*real, line);
    } else {
      append_text(std::isnan(*real) ? "NaN" : *real > 0 ? "Infinity" : "-Infinity");
    }
  } else {
    line += std::get<bool>(value) ? "true" : "false";
  }
}

void AppendQuoted(absl::string_view text, std::string& line) {
  line.push_back('"');
  AppendEscaped(text, line);
  line.push_back('"');
}

bool Has(absl::Span<const Field> fields, absl::string_view name) {
  return std::any_of(fields.begin(), fields.end(),
                     [name](const Field& field) { return field.name() == name; });
}

// The fields, and those of the request that this thread works for.
template <typename Visit>
void ForEach(absl::Span<const Field> fields, Visit visit) {
  for (const Field& field : fields) visit(field);
  const RequestContext* request = CurrentRequest();
  if (request == nullptr) return;
  if (!Has(fields, "request_id")) visit(Field("request_id", request->request_id()));
  if (!Has(fields, "trace_id")) visit(Field("trace_id", request->trace().trace_id));
}

void LayOutJson(const State& state, const LevelRow& level, absl::string_view message,
                absl::Span<const Field> fields, std::string& line) {
  const TimeText& now = Now();
  absl::StrAppend(&line, "{\"time\":\"", now.date_time, ".",
                  absl::Dec(now.milliseconds, absl::kZeroPad3), "Z\",\"level\":\"", level.name,
                  "\",\"service\":");
  AppendQuoted(state.service, line);
  line += ",\"message\":";
  AppendQuoted(message, line);
  ForEach(fields, [&](const Field& field) {
    line.push_back(',');
    AppendQuoted(field.name(), line);
    line.push_back(':');
    AppendValue(field, line, [&](absl::string_view text) { AppendQuoted(text, line); });
  });
  line.push_back('}');
}

void LayOutText(const LevelRow& level, absl::string_view message, absl::Span<const Field> fields,
                std::string& line) {
  const TimeText& now = Now();
  absl::StrAppend(&line, now.date_time + 11, ".", absl::Dec(now.milliseconds, absl::kZeroPad3), " ",
                  level.column, " ");
  AppendEscaped(message, line);
  ForEach(fields, [&](const Field& field) {
    line.push_back(' ');
    AppendWord(field.name(), line);
    line.push_back('=');
    AppendValue(field, line, [&](absl::string_view text) { AppendWord(text, line); });
  });
}

void LayOut(const State& state, const LevelRow& level, absl::string_view message,
            absl::Span<const Field> fields, std::string& line) {
  if (state.json.load(std::memory_order_relaxed)) {
    LayOutJson(state, level, message, fields, line);
  } else {
    LayOutText(level, message, fields, line);
  }
}

std::string FormatDropped(std::int64_t lines) {
  std::string line;
  // Of no request: whoever makes room works for none of those whose lines are gone.
  WorkingFor nobody(nullptr);
  LayOut(GetState(), RowOf(Level::kWarning), "log lines were dropped: nobody read them in time",
         {{"lines", lines}}, line);
  return line;
}

ErrorReport ReportOf(absl::string_view message, absl::Span<const Field> fields) {
  ErrorReport report;
  report.kind = std::string(message);
  report.message = std::string(message);
  if (const RequestContext* request = CurrentRequest()) report.span_id = request->trace().span_id;
  ForEach(fields, [&report](const Field& field) {
    std::string value;
    AppendValue(field, value, [&value](absl::string_view text) { value += std::string(text); });
    if (field.name() == "error") report.message = value;
    if (field.name() == "request_id") {
      report.request_id = std::move(value);
    } else if (field.name() == "trace_id") {
      report.trace_id = std::move(value);
    } else {
      report.fields.emplace_back(field.name(), std::move(value));
    }
  });
  return report;
}

void StartWriter(State& state) {
  state.sink.Start(kFlushDelay);
  std::atexit(Flush);
}

}  // namespace

absl::Status Init(const Options& options) {
  State& state = GetState();
  const LevelRow* chosen = nullptr;
  for (const LevelRow& row : kLevels) {
    if (options.level == row.name) chosen = &row;
  }
  if (chosen == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--log_level: expected debug, info, warning or error, not '", options.level, "'"));
  }
  if (options.format != "json" && options.format != "text") {
    return absl::InvalidArgumentError(
        absl::StrCat("--log_format: expected text or json, not '", options.format, "'"));
  }
  state.service = options.service;
  state.level = chosen->level;
  state.json = options.format == "json";
  std::call_once(state.started, StartWriter, std::ref(state));
  return absl::OkStatus();
}

void Flush() { GetState().sink.Flush(kFlushPatience); }

void FlushAtCrash() { GetState().sink.FlushAtCrash(); }

std::int64_t DroppedLines() { return GetState().sink.dropped(); }

void ReportErrorsTo(ErrorSink* sink) {
  State& state = GetState();
  MutexLock lock(state.reporting);
  state.errors = sink;
}

bool Enabled(Level level) { return level >= GetState().level.load(std::memory_order_relaxed); }

void Write(Level level, absl::string_view message, Fields fields) {
  WriteChosen(level, message, fields);
}

void WriteChosen(Level level, absl::string_view message, absl::Span<const Field> fields) {
  State& state = GetState();
  const LevelRow& row = RowOf(level);
  thread_local std::string line;
  line.clear();
  LayOut(state, row, message, fields, line);
  state.sink.Add(line, /*soon=*/level >= Level::kWarning);
  if (level != Level::kError) return;
  MutexLock lock(state.reporting);
  if (state.errors != nullptr) state.errors->Report(ReportOf(message, fields));
}

}  // namespace triad::log
