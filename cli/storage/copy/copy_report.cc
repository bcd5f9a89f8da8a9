#include "cli/storage/copy/copy_report.h"

#include "absl/strings/str_cat.h"

namespace triad::cli {

CopyReport::CopyReport(const Session& session, const char* array, bool to_output)
    : session_(session),
      silent_(to_output),
      dry_run_(session.flags().Has("dry-run")),
      progress_(to_output ? Progress::Beside::kAnyOutput : Progress::Beside::kClearedOutput),
      document_(array, session.settings().output, session.sink()) {}

void CopyReport::Moved(std::int64_t bytes) {
  MutexLock lock(mutex_);
  progress_.Show(moved_ += bytes, "bytes");
}

void CopyReport::Done(const Copying& copy, std::int64_t bytes) {
  if (silent_) return;
  MutexLock lock(mutex_);
  progress_.Clear();
  std::string from = copy.from.text();
  std::string to = copy.to.text();
  if (session_.wants_table()) {
    session_.Write(absl::StrCat(OneLine(from), " -> ",
                                session_.colours()(Style::kCyan, OneLine(to)),
                                dry_run_ ? "  would be copied, " : "  ", bytes, " bytes\n"));
    session_.Flush();
  } else {
    document_.Add({{"source", from}, {"destination", to}, {"size", absl::StrCat(bytes)}});
  }
}

void CopyReport::Deleted(const Place& place) {
  MutexLock lock(mutex_);
  progress_.Clear();
  if (!session_.wants_table()) {
    deleted_.push_back(place.text());
    return;
  }
  session_.Write(absl::StrCat(session_.colours()(Style::kCyan, OneLine(place.text())),
                              dry_run_ ? "  would be deleted\n" : "  deleted\n"));
}

void CopyReport::End() {
  MutexLock lock(mutex_);
  if (silent_ || session_.wants_table()) return;
  nlohmann::ordered_json fields = nlohmann::ordered_json::object();
  if (!deleted_.is_null()) fields["deleted"] = deleted_;
  document_.End(fields);
}

}  // namespace triad::cli
