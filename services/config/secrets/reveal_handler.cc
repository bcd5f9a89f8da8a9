#include "services/config/secrets/reveal_handler.h"

#include <optional>
#include <string>
#include <utility>

#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"

namespace triad::config {

absl::StatusOr<v1::Entry> RevealHandler::Reveal(rpc::Call& call,
                                                const v1::RevealEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  std::optional<std::int64_t> version;
  if (request.version() > 0) version = request.version();
  TRIAD_ASSIGN_OR_RETURN(Entry entry, revealer_.Reveal(name, version, request.resolve()));
  call.SetHttpHeader("cache-control", "no-store");
  return ToProto(std::move(entry));
}

}  // namespace triad::config
