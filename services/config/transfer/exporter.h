// Exports files of entries.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/config/entries/entry_store.h"
#include "services/config/secrets/revealer.h"
#include "services/config/transfer/formats/file_entry.h"
#include "services/config/transfer/formats/file_writer.h"

namespace triad::config {

struct ExportRequest {
  EntryFilter filter = {};
  LabelSelector labels = {};
  FileFormat format = FileFormat::kJson;
  std::optional<Revision> at = {};  // else as it is
};

// A file of entries as they are at one revision, page by page. Not thread-safe. Blocks. What it
// is given must outlive it.
class Export {
 public:
  // With a `revealer`, secrets are revealed; else they are masked. OUT_OF_RANGE if the revision
  // is not kept; FAILED_PRECONDITION, naming it, if an entry is not of a type that the format
  // has.
  static absl::StatusOr<std::unique_ptr<Export>> Begin(EntryStore& store, Revealer* revealer,
                                                       ExportRequest request);

  // The next piece, perhaps an empty one; nullopt at the end. OUT_OF_RANGE if the revision is
  // not kept any more; FAILED_PRECONDITION if the format has no way to say a value, or if one
  // was destroyed.
  absl::StatusOr<std::optional<std::string>> Next();

 private:
  Export(EntryStore& store, Revealer* revealer, ExportRequest request);

  absl::Status CheckTypes(ListQuery query) const;

  EntryStore& store_;
  Revealer* const revealer_;
  ListQuery query_;
  std::unique_ptr<FileWriter> writer_;
  bool begun_ = false;
  bool more_ = true;  // pages
  bool ended_ = false;
};

}  // namespace triad::config
