// Lists of entity tags, as If-Match and If-None-Match hold them (RFC 9110,
// section 13.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::storage {

struct EtagList {
  struct Tag {
    std::string value;  // without quotes
    bool weak = false;
  };
  bool any = false;  // "*": every object there is
  std::vector<Tag> tags;

  // Whether the etag of an object is listed; nullopt stands for no object. The etags of
  // objects are strong. Strong comparison never matches a weak tag of the list.
  bool MatchesStrongly(const std::optional<std::string>& etag) const;
  bool MatchesWeakly(const std::optional<std::string>& etag) const;
};

//   EtagList = "*" / Tag *( "," Tag )     Tag = [ "W/" ] DQUOTE *etagc DQUOTE
// INVALID_ARGUMENT naming `header` for anything else.
absl::StatusOr<EtagList> ParseEtagList(absl::string_view header, absl::string_view value);

}  // namespace triad::storage
