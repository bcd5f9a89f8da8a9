#include "cli/transform/outputs.h"

#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;

bool NamesDirectory(const std::string& path) {
  std::error_code error;
  return absl::EndsWith(path, "/") || fs::is_directory(path, error);
}

absl::Status IntoDirectory(const std::string& directory, std::vector<TransformJob>& jobs) {
  std::set<std::string> names;
  for (TransformJob& job : jobs) {
    std::string name = fs::path(job.input).filename().string();
    if (job.input == "-" || name.empty()) {
      return UsageError("--to: what has no name goes into a file, not into a directory");
    }
    if (!names.insert(name).second) {
      return UsageError(absl::StrCat("--to: two FILEs have the name '", name, "'"));
    }
    job.output = (fs::path(directory) / name).string();
  }
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(directory, ": ", error.message()));
}

// A link stays one, and what it points to is replaced.
absl::Status InPlace(std::vector<TransformJob>& jobs) {
  for (TransformJob& job : jobs) {
    if (job.input == "-") return UsageError("--in-place: needs FILE");
    std::error_code error;
    fs::path file = fs::canonical(job.input, error);
    if (error) return absl::NotFoundError(absl::StrCat(job.input, ": ", error.message()));
    job.output = file.string();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TransformJob>> TransformJobs(const Session& session) {
  const FlagValues& flags = session.flags();
  std::vector<TransformJob> jobs;
  for (std::size_t i = 1; i < session.arguments().size(); ++i) {
    jobs.push_back({session.argument(i)});
  }
  if (jobs.empty()) jobs.push_back({"-"});
  std::string to = flags.Text("to", "-");
  if (flags.Has("in-place")) {
    if (flags.Has("to")) return UsageError("--to: cannot stand beside --in-place");
    TRIAD_RETURN_IF_ERROR(InPlace(jobs));
  } else if (to != "-" && NamesDirectory(to)) {
    TRIAD_RETURN_IF_ERROR(IntoDirectory(to, jobs));
  } else if (to != "-") {
    if (jobs.size() > 1) return UsageError("--to: of several FILEs it is a directory, DIR/");
    jobs[0].output = to;
  }
  return jobs;
}

absl::StatusOr<TransformOutput> TransformOutput::Open(const Session& session,
                                                      const TransformJob& job) {
  TransformOutput output(session);
  if (job.output == "-") return output;
  output.path_ = job.output;
  std::error_code error;
  fs::file_status before = fs::status(job.output, error);
  if (fs::is_regular_file(before)) output.replaced_ = before.permissions();
  auto mode = static_cast<unsigned>(output.replaced_.value_or(static_cast<fs::perms>(0666)));
  TRIAD_ASSIGN_OR_RETURN(output.file_, NewFile::Create(job.output, mode));
  return output;
}

absl::Status TransformOutput::Append(absl::string_view bytes) {
  if (file_ != nullptr) return file_->Append(bytes);
  session_.Write(bytes);
  session_.Flush();
  return absl::OkStatus();
}

absl::Status TransformOutput::Commit() {
  if (file_ == nullptr) return absl::OkStatus();
  TRIAD_RETURN_IF_ERROR(file_->Commit());
  if (!replaced_.has_value()) return absl::OkStatus();
  // The process's umask has taken some of them away.
  std::error_code error;
  fs::permissions(path_, *replaced_, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(path_, ": ", error.message()));
}

}  // namespace triad::cli
