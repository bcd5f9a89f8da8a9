#include "cli/transform/run_jobs.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/files/input_file.h"
#include "cli/terminal/terminal.h"
#include "cli/transform/recipe_outline.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

// "[=====     ] 52 %" of all inputs, on a terminal.
class ProgressBar {
 public:
  // Without a total it is the bytes so far.
  ProgressBar(Progress::Beside beside, std::optional<std::int64_t> total)
      : progress_(beside), total_(total) {}

  void Moved(std::size_t bytes) {
    done_ += static_cast<std::int64_t>(bytes);
    progress_.Show(done_, total_.value_or(0) > 0 ? BarText() : "bytes");
  }
  void Clear() { progress_.Clear(); }

 private:
  std::string BarText() const {
    constexpr std::size_t kWidth = 30;
    auto full = std::min(kWidth, static_cast<std::size_t>(done_ * kWidth / *total_));
    return absl::StrCat("bytes [", std::string(full, '='), std::string(kWidth - full, ' '), "] ",
                        std::min<std::int64_t>(100, done_ * 100 / *total_), " %");
  }

  Progress progress_;
  const std::optional<std::int64_t> total_;
  std::int64_t done_ = 0;
};

std::optional<std::int64_t> TotalSize(const std::vector<TransformJob>& jobs) {
  std::int64_t total = 0;
  for (const TransformJob& job : jobs) {
    absl::StatusOr<InputFile> file = InputFile::Open(job.input);
    if (!file.ok() || !file->size().has_value()) return std::nullopt;
    total += *file->size();
  }
  return total;
}

absl::Status RunOne(const Session& session, Runner& runner, const TransformJob& job,
                    ProgressBar& progress) {
  TRIAD_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(job.input));
  TRIAD_ASSIGN_OR_RETURN(TransformOutput output, TransformOutput::Open(session, job));
  Content content = {.type = "application/octet-stream", .size = file.size()};
  content.read = [&](std::size_t count) -> absl::StatusOr<std::string> {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, file.ReadSome(count));
    progress.Moved(bytes.size());
    return bytes;
  };
  TRIAD_RETURN_IF_ERROR(
      runner.Run(content, [&](absl::string_view bytes) { return output.Append(bytes); }));
  return output.Commit();
}

}  // namespace

absl::Status RunJobs(const Session& session, const std::vector<TransformJob>& jobs, Runner& runner,
                     absl::string_view text) {
  bool to_output = jobs.back().output == "-";
  ProgressBar progress(to_output ? Progress::Beside::kAnyOutput : Progress::Beside::kClearedOutput,
                       TotalSize(jobs));
  for (const TransformJob& job : jobs) {
    absl::Status status = RunOne(session, runner, job, progress);
    progress.Clear();
    if (status.ok()) continue;
    status = WithPlace(status, text);
    return job.input == "-" ? status : Annotate(status, absl::StrCat(job.input, ": "));
  }
  return absl::OkStatus();
}

std::vector<Flag> OutputFlags() {
  return {
      {"to", "FILE",
       "where the output goes; DIR/ takes that of each FILE under its name (default: standard"
       " output)",
       FlagType::kFile},
      {"in-place",
       "",
       "puts the output in the place of each FILE, once it is whole",
       FlagType::kSwitch,
       {},
       'i'},
  };
}

Argument InputArgument() {
  return {"FILE", "what to work on, each by itself; - or none is standard input", true, true};
}

}  // namespace triad::cli
