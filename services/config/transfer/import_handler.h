// ImportEntries.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/config/transfer/importer.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe.
class ImportHandler {
 public:
  using Sink = rpc::Sink<v1::ImportEntriesRequest, v1::ImportEntriesResponse>;

  explicit ImportHandler(Importer importer) : importer_(std::move(importer)) {}

  absl::StatusOr<std::unique_ptr<Sink>> Import(rpc::Call& call);

 private:
  Importer importer_;
};

}  // namespace triad::config
