#include "services/config/transfer/exporter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr std::int64_t kEntriesOfPage = 200;

absl::Status WasDestroyed(const Entry& entry) {
  return absl::FailedPreconditionError(absl::StrCat(FormatEntryName(entry.name),
                                                    " has no value in version ", entry.version,
                                                    " any more: it was destroyed"));
}

}  // namespace

Export::Export(EntryStore& store, Revealer* revealer, ExportRequest request)
    : store_(store), revealer_(revealer), writer_(NewFileWriter(request.format)) {
  query_.filter = std::move(request.filter);
  query_.labels = std::move(request.labels);
  query_.at = request.at;
  query_.limit = kEntriesOfPage;
}

absl::StatusOr<std::unique_ptr<Export>> Export::Begin(EntryStore& store, Revealer* revealer,
                                                      ExportRequest request) {
  bool strings_only = request.format == FileFormat::kEnv;
  auto started = std::unique_ptr<Export>(new Export(store, revealer, std::move(request)));
  ListQuery first = started->query_;
  first.limit = 1;
  first.with_values = false;
  TRIAD_ASSIGN_OR_RETURN(EntryPage page, store.List(first));
  started->query_.at = page.revision;
  if (strings_only) TRIAD_RETURN_IF_ERROR(started->CheckTypes(started->query_));
  return started;
}

absl::Status Export::CheckTypes(ListQuery query) const {
  query.kinds = {ValueKind::kInt, ValueKind::kDouble, ValueKind::kBool, ValueKind::kJson};
  query.with_values = false;
  query.limit = 1;
  for (bool more = true; more;) {
    TRIAD_ASSIGN_OR_RETURN(EntryPage page, store_.List(query));
    if (!page.entries.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat(FormatEntryName(page.entries.front().name),
                       " is no string, as all of .env are: export JSON or YAML"));
    }
    query.after = std::move(page.after);
    more = page.more;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> Export::Next() {
  if (ended_) return std::nullopt;
  std::string piece;
  if (!std::exchange(begun_, true)) piece = writer_->Begin();
  if (more_) {
    TRIAD_ASSIGN_OR_RETURN(EntryPage page, store_.List(query_));
    query_.after = std::move(page.after);
    more_ = page.more;
    if (revealer_ != nullptr) TRIAD_RETURN_IF_ERROR(revealer_->RevealAll(page.entries));
    for (const Entry& entry : page.entries) {
      if (entry.destroyed) return WasDestroyed(entry);
      TRIAD_ASSIGN_OR_RETURN(std::string text, writer_->Add(entry));
      piece += text;
    }
  }
  if (!more_) {
    piece += writer_->End();
    ended_ = true;
  }
  return piece;
}

}  // namespace triad::config
